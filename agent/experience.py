"""What a session learns from its failures: it tells the memory of them, and asks it for lessons, through its tools."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memory import Sighting
from sim.verdict import Verdict
from tools import Toolbox

if TYPE_CHECKING:
    from agent.shapes import Candidate, RoundState

# The rejections that the memory knows, besides failed proofs; of others there is no candidate.
REMEMBERED = ("not-novel", "not-worth-it", "declined")


@dataclass(frozen=True)
class Experience:
    """The failures of a session.

    A node of the graph that was killed runs anew: what it tells the memory twice counts once.

    Attributes:
        toolbox: The tools.
        session: The session's id.
        model: The model that writes.
    """

    toolbox: Toolbox
    session: str
    model: str

    def judged(self, state: RoundState | Candidate, verdict: Verdict) -> list[str]:
        """Remembers what a verdict says of the candidate; returns the ids of its failures so far.

        Args:
            state: Where the round stands, or the candidate that came of it.
            verdict: The verdict of `state["code"]`.
        """
        before = state.get("failures", [])
        said = verdict.model_dump(mode="json")
        if before:
            candidate = self._sighting(state).candidate
            self.toolbox.call(
                "note_repair", failures_before=before, code=state["code"], verdict=said, candidate=candidate
            )
        if verdict.accepted:
            return before
        return [*before, self._remember(state, "failed", "", said)]

    def rejected(self, state: RoundState | Candidate, reason: str, detail: str) -> None:
        """Remembers a rejection for another reason than its proof, if it is one of a candidate or a proposal."""
        if reason in REMEMBERED:
            self._remember(state, reason, detail, state["verdict"])

    def lessons(self, state: RoundState) -> dict[str, dict[str, Any]]:
        """The lessons for the program that is to be written or mended now: what is told of each failure, by its id."""
        verdict = Verdict.model_validate(state["verdict"]) if state["verdict"] else Verdict()
        codes = list(dict.fromkeys(item.code for item in verdict.errors))
        said = self.toolbox.call("recall_lessons", proposal=state["proposal"], code=state["code"], codes=codes)
        return {item["id"]: item["lesson"] for item in json.loads(said)["lessons"]}

    def _remember(self, state: RoundState | Candidate, reason: str, detail: str, verdict: dict[str, Any]) -> str:
        said = self.toolbox.call(
            "remember_failure",
            reason=reason,
            detail=detail,
            code=state["code"],
            verdict=verdict or None,
            proposal=state["proposal"],
            sighting=self._sighting(state).model_dump(),
        )
        return str(json.loads(said)["id"])

    def _sighting(self, state: RoundState | Candidate) -> Sighting:
        return Sighting(
            session=self.session,
            round=state["round"],
            attempt=state["attempt"],
            repair=state["repairs"],
            model=self.model,
        )
