"""What the nodes of a session's two graphs share: the tools that they ask, and the books that they keep."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from agent.answers import Proposal
from agent.budget import Budget, Ledger, Spent
from agent.place import Place
from agent.roles import Mind, Usage
from agent.telling import Journal
from memory import EventKind, Novelty
from sim.verdict import Verdict


@dataclass(frozen=True)
class Workplace:
    """Models, tools and books of a session.

    Attributes:
        mind: Models and tools.
        session: The session's id.
        budget: What the session may take.
        ledger: What it has taken.
        journal: Its log.
        prune: Forgets checkpoints that are of no use any more.
    """

    mind: Mind
    session: str
    budget: Budget
    ledger: Ledger
    journal: Journal
    prune: Callable[[], None]

    def tell(self, kind: EventKind, round_number: int, **data: Any) -> None:
        """Tells what happened in a round; 0 before the first."""
        self.journal.tell(kind, round_number, **data)

    @property
    def spent(self) -> Spent | None:
        """The limit that is reached, if one is."""
        return self.ledger.spent(self.budget)

    def took(self, place: Place, usage: Usage) -> None:
        """Notes what an answer took, in the log and in the session's ledger."""
        told = asdict(place) | usage.as_dict() | {"model": usage.model, "seconds": usage.seconds}
        told.pop("round")
        self.tell("asked", place.round, **told, faults=usage.faults)
        self.ledger.add(place.role, usage)

    def library_names(self) -> list[str]:
        """Names of the library's tasks."""
        names: list[str] = json.loads(self.mind.toolbox.call("list_tasks"))["names"]
        return names

    def free_name(self, name: str, code: str = "") -> str:
        """The name itself, or with the first number that is free; a task of this very program has its name already."""
        taken = set(self.library_names())
        numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
        return next(item for item in numbered if item not in taken or (code and self._program(item) == code))

    def same_program(self, novelty: Novelty, code: str) -> str:
        """The library task whose program a candidate's is."""
        hits = [hit.name for hit in novelty.nearest]
        return next((name for name in hits if self._program(name) == code), hits[0])

    def _program(self, name: str) -> str:
        return str(json.loads(self.mind.toolbox.call("read_task", name=name))["code"])

    def digest(self) -> dict[str, Any]:
        """What the proposer and the planner are told of the library."""
        told: dict[str, Any] = json.loads(self.mind.toolbox.call("library_digest"))
        return told

    def diversity(self) -> dict[str, float | None]:
        """How different the library's tasks are."""
        measured: dict[str, float | None] = json.loads(self.mind.toolbox.call("library_diversity"))
        return measured

    def novelty(self, proposal: Proposal, verdict: Verdict | None = None, code: str = "") -> Novelty:
        """The novelty of a proposal in words, or of a proved candidate in all views."""
        said = self.mind.toolbox.call(
            "check_novelty",
            title=proposal.title,
            description=proposal.description,
            instructions=list(verdict.instructions) if verdict else proposal.steps or [proposal.instruction],
            code=code,
            scene=verdict.signature.model_dump() if verdict and verdict.signature else None,
        )
        return Novelty.model_validate_json(said)
