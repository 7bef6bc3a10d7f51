"""A verdict in plain words, for a person who asks why."""

from __future__ import annotations

from collections.abc import Iterator

from sim.statistics import needed
from sim.verdict import Diagnostic, Verdict

SHOWN = 4  # findings that are told in full
STAGE_WORDS = {
    "parse": "reading the program",
    "screen": "the checks of the program's text",
    "build": "laying out the scene",
    "ground": "comparing the instructions with the scene",
    "solve": "the oracle's attempts to solve it",
    "hold": "whether what was reached also holds",
}


def explain(verdict: Verdict, name: str) -> str:
    """What a verdict says, line by line: the stage, the seeds, and of each finding the line, the fault and the remedy.

    Args:
        verdict: The verdict.
        name: What the task is called.
    """
    return "\n".join(_lines(verdict, name))


def _lines(verdict: Verdict, name: str) -> Iterator[str]:
    seeds = verdict.seeds
    if verdict.accepted:
        yield (
            f"{name} is proved: from {seeds.passed} of {seeds.run} random starts the oracle, a scripted expert, solved "
            f"it, and what it built held. {needed(seeds.run)} of {seeds.run} are needed."
        )
    else:
        yield f"{name} failed at the stage {verdict.stage!r}: {STAGE_WORDS.get(verdict.stage, verdict.stage)}."
        if seeds.run:
            yield f"{seeds.passed} of {seeds.run} random starts were solved; {needed(seeds.run)} are needed."
    findings = [*verdict.errors, *(item for item in verdict.diagnostics if item.severity == "warning")]
    for item in findings[:SHOWN]:
        yield from _finding(item)
    if len(findings) > SHOWN:
        yield f"... and {len(findings) - SHOWN} more findings."


def _finding(item: Diagnostic) -> Iterator[str]:
    what = "" if item.severity == "error" else "a warning, which rejects nothing: "
    where = f"line {item.line}: " if item.line else ""
    yield f"- {where}{what}{item.message} ({item.code})"
    if item.source:
        yield f"    the line:  {item.source}"
    if item.hint:
        yield f"    instead:  {item.hint}"
