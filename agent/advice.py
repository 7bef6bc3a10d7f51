"""What the session so far says about the next proposal: aim lower, aim higher, or look elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RECENT = 4  # candidates that are looked at
MOST = 3  # of them make a pattern
UNPROVED = ("failed-ground", "failed-solve", "failed-hold", "not-proved")
UNWRITTEN = ("failed-parse", "failed-screen", "failed-build")
ACCEPTED = "accepted"


@dataclass(frozen=True)
class Tried:
    """What became of a proposal.

    Attributes:
        reason: `accepted`, or the reason of its rejection.
        relation: How its moved objects were to end up, as the proposer said it.
        steps: How many goals it had.
        detail: The rejection in words.
    """

    reason: str
    relation: str = ""
    steps: int = 0
    detail: str = ""

    @classmethod
    def of(cls, outcome: Mapping[str, Any], proposal: Mapping[str, Any]) -> Tried:
        """What became of a proposal, from an entry with `reason` and `detail` and from what the proposer answered."""
        return cls(
            reason=str(outcome.get("reason", "")),
            relation=str(proposal.get("relation", "")),
            steps=len(proposal.get("steps") or ()),
            detail=str(outcome.get("detail", "")),
        )


def advise(tried: Sequence[Tried], gaps: Sequence[str] = (), *, exploring: bool = True) -> str:
    """Advice for the next proposal, in a sentence or two; empty where nothing stands out.

    It keeps the balance: what is not learnable (or not even solvable) lowers the ambition, a row of easy successes
    raises it, repetition and likeness lead to what the library lacks.

    Args:
        tried: What became of the proposals of the session so far, in order.
        gaps: What the library lacks, in words, the most useful first.
        exploring: Whether the proposer is free to choose; towards a goal only the ambition is spoken of.
    """
    last = [item for item in tried if item.reason not in ("no-answer", "cannot-propose", "budget")][-RECENT:]
    said = [_ambition(last)]
    if exploring:
        said += [_elsewhere(last, gaps), _variety(last)]
    return " ".join(sentence for sentence in said if sentence)


def _ambition(last: Sequence[Tried]) -> str:
    unproved, unwritten = (_count(last, reasons) for reasons in (UNPROVED, UNWRITTEN))
    if unproved >= MOST:
        return (
            f"{unproved} of the last {len(last)} candidates could not be done by the robot: propose something simpler, "
            "with fewer objects and goals, lower towers, and more room."
        )
    if unwritten >= MOST:
        return (
            f"{unwritten} of the last {len(last)} candidates could not be written: propose something simpler, with "
            "assets that are listed and one or two goals."
        )
    if unproved + unwritten >= MOST:
        return f"{unproved + unwritten} of the last {len(last)} candidates failed: propose something simpler."
    if len(last) == RECENT and all(item.reason == ACCEPTED and item.steps <= 1 for item in last):
        return f"The last {RECENT} candidates had one goal each and were accepted: dare a task with more goals."
    return ""


def _elsewhere(last: Sequence[Tried], gaps: Sequence[str]) -> str:
    known = _count(last, ("not-novel",))
    if known >= MOST:
        lacking = f", such as: {'; '.join(gaps[:3])}" if gaps else ""
        return f"{known} of the last {len(last)} proposals were in the library already: take what it lacks{lacking}."
    dull = [item for item in last if item.reason == "not-worth-it"]
    if len(dull) >= MOST:
        return f"The critic refused {len(dull)} of the last {len(last)} candidates, lately because: {dull[-1].detail}"
    return ""


def _variety(last: Sequence[Tried]) -> str:
    relations = Counter(_stem(item.relation) for item in last)
    if len(last) == RECENT and len(relations) == 1 and last[-1].relation:
        return f"The last {RECENT} proposals were all of one relation ({last[-1].relation}): propose another relation."
    return ""


def _count(last: Sequence[Tried], reasons: Sequence[str]) -> int:
    return sum(item.reason in reasons for item in last)


def _stem(relation: str) -> str:
    """The first word without its ending: models say `stack`, `stacking` and `Stacked on top` for one thing."""
    word = next(iter(re.findall(r"[a-z]+", relation.lower())), "")
    return re.sub(r"(?<=[a-z]{3})(ing|ed|s)$", "", word)
