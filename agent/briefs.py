"""What each role is told: the JSON at the head of its conversation, made from what the loop knows.

Every brief is bounded, so that neither a library of thousands of tasks nor a model's endless sentences fill the next
model's context. The composer reads the same briefs; it needs all names, since it counts what it has said already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memory import Novelty
from memory.digest import shortened
from sim.verdict import Verdict
from tools.findings import cut, short_diagnostics, short_verdict

Brief = dict[str, Any]

MOST_NAMES = 100  # of library tasks
MOST_REJECTED = 10
MOST_CODE = 24_000  # letters of a program; what verification reads may be longer
MOST_NEIGHBOURS = 5
MOST_LETTERS = 2000  # of any text
SHORT = 300  # letters of a reason
MOST_ITEMS = 50  # of any list


def proposal_brief(
    *,
    seed: int,
    round: int,  # noqa: A002 - the word for it
    attempt: int,
    library: Mapping[str, Any],
    rejected: Sequence[Mapping[str, Any]] = (),
    goal: str = "",
    final_goal: str = "",
    step: int = 1,
    steps: int = 1,
    builds_on: Sequence[str] = (),
    revise: Mapping[str, Any] | None = None,
    nearest: Sequence[Mapping[str, Any]] = (),
    advice: str = "",
    whole: bool = False,
) -> Brief:
    """The proposer's brief.

    Args:
        seed: Seed of the session.
        round: The round, from 1.
        attempt: Which proposal of the round, from 0.
        library: The digest of the library.
        rejected: What was rejected in this session: name, reason, detail.
        goal: What this step is to reach, empty when exploring.
        final_goal: What all steps lead to.
        step: Which step this is, from 1.
        steps: How many there are.
        builds_on: Library tasks of earlier steps.
        revise: The task that a person wants changed: proposal, code, change.
        nearest: The library tasks near the goal, as `agent.neighbours.near_tasks` gives them.
        advice: What the session so far says about the next proposal.
        whole: With all names, for the composer.
    """
    brief: Brief = {
        "seed": seed,
        "round": round,
        "attempt": attempt,
        "goal": goal,
        "final_goal": final_goal,
        "step": step,
        "steps": steps,
        "builds_on": list(builds_on)[:MOST_ITEMS],
        "revise": _revision(revise),
        "library": dict(library) if whole else digest_told(library),
        "rejected": [_rejection(item) for item in (rejected if whole else rejected[-MOST_REJECTED:])],
    }
    brief |= {"nearest": clipped([dict(item) for item in nearest[:MOST_NEIGHBOURS]])} if nearest else {}
    return brief | ({"advice": cut(advice, MOST_LETTERS)} if advice else {})


def program_brief(
    *,
    proposal: Mapping[str, Any],
    references: Sequence[str] = (),
    lessons: Sequence[Mapping[str, Any]] = (),
    revise: Mapping[str, Any] | None = None,
) -> Brief:
    """The coder's brief for a first program.

    Args:
        proposal: What the proposer answered.
        references: Names of the nearest library tasks.
        lessons: What went wrong with programs like it, and what mended them.
        revise: The task that a person wants changed: proposal, code, change.
    """
    brief: Brief = {"proposal": clipped(proposal), "attempt": 0, "references": list(references)[:MOST_NEIGHBOURS]}
    brief |= {"lessons": clipped(list(lessons))} if lessons else {}
    return brief | ({"revise": _revision(revise)} if revise else {})


def repair_brief(
    *,
    proposal: Mapping[str, Any],
    attempt: int,
    code: str,
    verdict: Verdict,
    references: Sequence[str] = (),
    lessons: Sequence[Mapping[str, Any]] = (),
    revise: Mapping[str, Any] | None = None,
) -> Brief:
    """The coder's brief for a repair: all that it needs anew, and nothing of the conversation before.

    Args:
        proposal: What the proposer answered.
        attempt: Which repair, from 1.
        code: The last program.
        verdict: What the proof says of it.
        references: Names of the nearest library tasks.
        lessons: What mended programs that failed likewise.
        revise: The task that a person wants changed: proposal, code, change.
    """
    first = program_brief(proposal=proposal, references=references, lessons=lessons, revise=revise)
    said = short_verdict(verdict)
    return first | {
        "attempt": attempt,
        "code": cut_code(code),
        "verdict": {key: said[key] for key in ("stage", "seeds")},
        "diagnostics": said["diagnostics"],
    }


def review_brief(
    *,
    proposal: Mapping[str, Any],
    code: str,
    verdict: Verdict,
    novelty: Novelty,
    neighbours: Sequence[Mapping[str, Any]] = (),
    goal: str = "",
) -> Brief:
    """The critic's brief.

    Args:
        proposal: What the proposer answered.
        code: The program.
        verdict: What the proof says of it.
        novelty: What the library says of it.
        neighbours: The nearest library tasks, as `agent.neighbours.nearest_tasks` gives them; where there are none,
            names and scores alone are told.
        goal: What the task is a step towards, empty when exploring.
    """
    nearest = neighbours or [{"name": hit.name, "title": hit.title, "score": hit.score} for hit in novelty.nearest]
    brief: Brief = {
        "proposal": clipped(proposal),
        "code": cut_code(code),
        "verdict": {
            "accepted": verdict.accepted,
            "instructions": clipped(list(verdict.instructions)),
            "goals": clipped(list(verdict.signature.steps)) if verdict.signature else [],
            "assets": clipped(list(verdict.assets)),
            "seeds": {"run": verdict.seeds.run, "passed": verdict.seeds.passed},
            "warnings": short_diagnostics(verdict.diagnostics),
        },
        "novelty": {
            "novel": novelty.novel,
            "reason": cut(novelty.reason, SHORT),
            "nearest": clipped([dict(item) for item in nearest[:MOST_NEIGHBOURS]]),
        },
    }
    return brief | ({"goal": cut(goal, MOST_LETTERS)} if goal else {})


def digest_told(library: Mapping[str, Any]) -> dict[str, Any]:
    """The library's digest for a language model: with some of the names, and how many were left out."""
    return {key: item if key == "names" else clipped(item) for key, item in shortened(library, MOST_NAMES).items()}


# -- pictures --------------------------------------------------------------------------------------------------------


def repair_pictures(verdict: Verdict) -> list[Path]:
    """What a model that sees is shown for a repair: the scene, and how the first failed attempt at it ended."""
    return _pictures(verdict, "before", "failure")


def review_pictures(verdict: Verdict) -> list[Path]:
    """What a model that sees is shown for a review: the scene before and after the task."""
    return _pictures(verdict, "before", "after")


def _pictures(verdict: Verdict, *names: str) -> list[Path]:
    paths = [Path(verdict.pictures[name]) for name in names if name in verdict.pictures]
    return [path for path in paths if path.is_file()]


# -- what is cut -----------------------------------------------------------------------------------------------------


def cut_code(code: str, letters: int = MOST_CODE) -> str:
    """A program, whole as long as it is not too long, else without its middle; lines stay whole."""
    if len(code) <= letters:
        return code
    head = code[: 2 * letters // 3].rpartition("\n")[0]
    tail = code[-(letters // 3) :].partition("\n")[2]
    left = len(code.splitlines()) - len(head.splitlines()) - len(tail.splitlines())
    return f"{head}\n# ... {left} lines are left out here ...\n{tail}"


def clipped(value: Any) -> Any:
    """JSON with its long texts and lists cut."""
    if isinstance(value, str):
        return cut(value, MOST_LETTERS)
    if isinstance(value, Mapping):
        return {key: clipped(item) for key, item in value.items()}
    return [clipped(item) for item in value[:MOST_ITEMS]] if isinstance(value, (list, tuple)) else value


def _rejection(item: Mapping[str, Any]) -> dict[str, str]:
    return {key: cut(str(item.get(key, "")), SHORT) for key in ("name", "reason", "detail")}


def _revision(revise: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not revise:
        return None
    return {key: cut_code(value) if key == "code" else clipped(value) for key, value in revise.items()}
