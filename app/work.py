"""A task that a conversation works on, as the events of its session tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from memory import Event
from sim.verdict import Verdict

SUBJECTS = ("proposed", "approval-needed", "committed", "rejected")  # events that say which round is meant


@dataclass(frozen=True)
class Work:
    """A task that was worked on, kept or not.

    Attributes:
        goal: What was asked for.
        proposal: What the proposer answered, empty when it proposed nothing.
        code: The program, empty when none was written.
        verdict: What the proof said, None when there was none.
        kept: Its name in the library, empty when it is not there.
        reason: Why it was not kept.
    """

    goal: str
    proposal: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    verdict: Verdict | None = None
    kept: str = ""
    reason: str = ""

    @classmethod
    def of(cls, goal: str, events: list[Event]) -> Work:
        """What a session has come to so far: the last proposal of the round that it spoke of last."""
        spoken = [event for event in events if event.kind in SUBJECTS]
        ours = [event for event in events if spoken and event.round == spoken[-1].round]
        starts = [place for place, event in enumerate(ours) if event.kind == "proposed"]
        last = {event.kind: event.data for event in ours[starts[-1] :]} if starts else {}
        kept = str(last.get("committed", {}).get("name", ""))
        reasons = [event.data["detail"] for event in events if event.kind == "rejected"]
        return cls(
            goal=goal,
            proposal=last.get("proposed", {}),
            code=str(last.get("coded", {}).get("code", "")),
            verdict=_verdict(last["verdict"]) if "verdict" in last else None,
            kept=kept,
            reason="" if kept else "".join(reasons[-1:]),
        )

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kept or str(self.proposal.get("name", ""))


def _verdict(data: dict[str, Any]) -> Verdict:
    """The verdict in an event, which says more than that."""
    return Verdict.model_validate({key: value for key, value in data.items() if key in Verdict.model_fields})
