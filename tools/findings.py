"""What a verdict says, in few words, for a language model that has to mend its program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.verdict import Diagnostic, Verdict

MOST_FINDINGS = 12
LONG, SHORT = 600, 300  # letters of a message, and of a hint or a source line


def short_verdict(verdict: Verdict) -> dict[str, Any]:
    """How far a program came, on how many seeds, and what is wrong with it."""
    return {
        "accepted": verdict.accepted,
        "stage": verdict.stage,
        "seeds": {"run": verdict.seeds.run, "passed": verdict.seeds.passed},
        "diagnostics": short_diagnostics(verdict.diagnostics),
    }


def short_diagnostics(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Findings, errors first; their messages have the values of the case already, so that these are left out."""
    ordered = sorted(diagnostics, key=lambda item: item.severity != "error")
    told = [_finding(item) for item in ordered[:MOST_FINDINGS]]
    left = len(ordered) - len(told)
    return [*told, {"severity": "warning", "message": f"and {left} more findings"}] if left else told


def cut(text: str, letters: int) -> str:
    """A text of at most so many letters, with a mark where it was cut."""
    return text if len(text) <= letters else f"{text[:letters]}..."


def _finding(item: Diagnostic) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": item.code,
        "severity": item.severity,
        "line": item.line,
        "source": cut(item.source, SHORT),
        "message": cut(item.message, LONG),
        "hint": cut(item.hint, SHORT),
        "seeds": item.values.get("seeds"),
    }
    return {key: value for key, value in said.items() if value not in (None, "", [])}
