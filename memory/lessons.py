"""Lessons: the few remembered failures that matter for the task at hand, and what mended them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from memory.failure import Failure
from memory.failure_files import Outline
from sim.layout import Frozen

# Cosine of the words of tasks that are near enough to teach somebody who has not written anything yet. Of any two
# tasks of the composer's grammar a quarter are nearer than 0.63, and half nearer than 0.54 (measured).
NEAR_WORDS = 0.6
MENDED_BONUS = 0.2  # as much as likeness, for a failure whose repair is known
ACCEPTED_BONUS = 0.1  # and as much again, when the candidate was accepted in the end
MOST_LINES = 12  # of a repair that are told
MOST_LETTERS = 160  # of a line


class Lesson(Frozen):
    """What a coder can learn from one failure.

    Attributes:
        failure: The failure's id.
        code: The code that the lesson is about.
        task: What the candidate was about.
        wrong: What was wrong, in words.
        source: The line that was to blame, empty where none was.
        hint: What the diagnostic advised, where no repair is known.
        repair: The lines of the program that a repair took away (`-`) and put in (`+`); empty where none is known.
        accepted: Whether the proof accepted the candidate in the end.
        count: How often the failure was seen.
        likeness: How near it is to the task at hand, 0..1.
    """

    failure: str
    code: str
    task: str
    wrong: str
    source: str = ""
    hint: str = ""
    repair: tuple[str, ...] = ()
    accepted: bool = False
    count: int = 1
    likeness: float = 0.0

    def told(self) -> dict[str, Any]:
        """The lesson for a language model."""
        said = {
            "code": self.code,
            "task": self.task,
            "what_was_wrong": self.wrong,
            "line": self.source,
            "what_mended_it": list(self.repair),
            "advice": self.hint,
        }
        return {key: value for key, value in said.items() if value}


def choose(
    outlines: Iterable[Outline], likeness: Mapping[str, float], codes: Sequence[str], k: int
) -> list[tuple[str, str]]:
    """The failures that teach most, as (id, code), the best first, one for each code.

    Where a program has failed, these are failures with the same codes whose repair is known: its own verdict says
    the rest. Where nothing is written yet, these are failures of tasks that are near in words.

    Args:
        outlines: What is remembered.
        likeness: How near each failure is to the task at hand, 0..1.
        codes: The codes that the program at hand failed with; none where nothing is written yet.
        k: How many, at most.
    """
    known = [outline for outline in outlines if outline.id in likeness]
    if codes:
        fit = [outline for outline in known if outline.mended and set(outline.codes) & set(codes)]
    else:
        fit = [
            outline
            for outline in known
            if outline.reason in ("failed", "not-worth-it") and likeness[outline.id] >= NEAR_WORDS
        ]
    fit.sort(key=lambda outline: (-_worth(outline, likeness), -outline.count, outline.id))
    chosen: dict[str, str] = {}
    for outline in fit:
        wanted = (code for code in outline.codes if code not in chosen and (not codes or code in codes))
        code = next(wanted, None)
        if code is not None and len(chosen) < k:
            chosen[code] = outline.id
    return [(name, code) for code, name in chosen.items()]


def lesson_of(failure: Failure, code: str, likeness: float) -> Lesson:
    """What a failure teaches about one of its codes."""
    finding = next((item for item in failure.diagnostics if item.code == code), None)
    repair = failure.repair
    return Lesson(
        failure=failure.id,
        code=code,
        task=failure.title,
        wrong=finding.message if finding else failure.detail,
        source=finding.source if finding else "",
        hint=finding.hint if finding and not repair else "",
        repair=changed_lines(repair.diff) if repair else (),
        accepted=repair is not None and repair.accepted,
        count=failure.count,
        likeness=likeness,
    )


def changed_lines(diff: str) -> tuple[str, ...]:
    """The lines that a unified diff takes away and puts in, the first ones, cut where they are long."""
    lines = [line for line in diff.splitlines()[2:] if line[:1] in ("-", "+") and line[1:].strip()]
    told = [line if len(line) <= MOST_LETTERS else f"{line[:MOST_LETTERS]}..." for line in lines[:MOST_LINES]]
    left = len(lines) - len(told)
    return (*told, f"(and {left} more changed lines)") if left else tuple(told)


def _worth(outline: Outline, likeness: Mapping[str, float]) -> float:
    bonus = MENDED_BONUS * outline.mended + ACCEPTED_BONUS * outline.accepted
    return likeness[outline.id] + bonus
