"""The critic: sees proposal, program, verdict, pictures and neighbours, and says whether the task is worth keeping.

It is asked several times, each time anew, and most of its votes have to say yes. A vote that cannot be read, or that
contradicts itself, says no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent.answers import Critique
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("read_task", "search_tasks")
VOTES = 3  # of a language model; the composer judges by rules and says the same every time


class Judgement(BaseModel):
    """What the critic's votes say together.

    Attributes:
        keep: Whether more than half of the votes are for keeping the task.
        reason: Why, in the words of the votes that decided.
        votes: Each vote as it counts: `keep` is false where it contradicted itself or could not be read.
    """

    model_config = ConfigDict(frozen=True)

    keep: bool
    reason: str
    votes: tuple[Critique, ...]

    def told(self) -> dict[str, Any]:
        """What the session's log says of it."""
        votes = [{"keep": vote.keep, "reason": vote.reason} for vote in self.votes]
        return {"keep": self.keep, "reason": self.reason, "votes": votes}


def criticise(
    mind: Mind, place: Place, brief: dict[str, Any], pictures: Sequence[Path] = (), votes: int | None = None
) -> tuple[Judgement, list[Usage]]:
    """Whether to keep a task, and why.

    Args:
        mind: Models and tools.
        place: Where in the session it is asked; each vote has a place of its own, from sample 0 on.
        brief: See `agent.briefs.review_brief`.
        pictures: The scene before and after the task, for models that see.
        votes: How often it is asked, at least once; None for as often as the model needs.

    Returns:
        The judgement, and what each vote took.

    Raises:
        EnvironmentBroken: The model's server cannot serve.
    """
    if votes is None:
        votes = 1 if mind.models.choice(place.role).is_composer else VOTES
    shown = bool(pictures) and mind.models.of(place.role).sees
    counted, usages = [], []
    for sample in range(max(1, votes)):
        answer, usage = ask(
            mind, replace(place, sample=sample), TOOLS, (Critique,), brief | {"sample": sample}, pictures
        )
        counted.append(vote_of(answer, shown=shown))
        usages.append(usage)
    return judged(counted), usages


def vote_of(answer: Critique | NoAnswer, *, shown: bool) -> Critique:
    """An answer as it counts: a yes only if every check says yes too.

    Args:
        answer: What the critic answered.
        shown: Whether it was shown pictures; what it says of pictures that it did not see does not count.
    """
    if isinstance(answer, NoAnswer):
        said = f"the critic gave no answer: {answer.reason}"
        return Critique(instruction_matches_goals=False, worth_learning=False, keep=False, reason=said)
    checks = {
        "the instruction does not say what the goals do": answer.instruction_matches_goals,
        "the pictures do not show what the instruction says": answer.picture_matches is True or not shown,
        "there is nothing in it to learn": answer.worth_learning,
    }
    wrong = [objection for objection, holds in checks.items() if not holds]
    if not answer.keep or not wrong:
        return answer
    return answer.model_copy(update={"keep": False, "reason": f"{'; '.join(wrong)} ({answer.reason})"})


def judged(votes: Sequence[Critique]) -> Judgement:
    """What votes say together: more than half of them have to be for keeping."""
    yes = [vote for vote in votes if vote.keep]
    keep = 2 * len(yes) > len(votes)
    reasons = dict.fromkeys(vote.reason for vote in votes if vote.keep == keep)
    count = f" ({len(yes)} of {len(votes)} votes for it)" if 0 < len(yes) < len(votes) else ""
    return Judgement(keep=keep, reason="; ".join(reasons) + count, votes=tuple(votes))
