"""Do the diagnostics say what is wrong, and can their hints be followed? Measured on a bank of seeded bugs.

    python -m benchmarks.repair [--seeds 10] [--bug NAME ...] [--json]

Each bug of `benchmarks/bugs/` is one mistake in a program that would be good without it. It is explained when the first
error of its verdict is about a line that may be blamed and states the cause. `pass_by_round` are the shares accepted
after 0, 1, 2 and 3 rounds with a coder that only follows hints to the letter (`benchmarks/scripted_coder.py`).
"""

from __future__ import annotations

import argparse
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import report
from benchmarks.scripted_coder import follow
from sim.verdict import Diagnostic, Verdict
from sim.verification import SEEDS, verify
from sim.workers import LocalWorkers, Lost

BANK = Path(__file__).parent / "bugs"
ROUNDS = 3


@dataclass(frozen=True)
class Bug:
    """One wrong program, and what a good diagnostic says of it.

    Attributes:
        name: The program's file, without `.py`.
        source: The program.
        lines: The lines that may be blamed.
        category: The kind of mistake.
        cause: The mistake in words.
        codes: The diagnostics' codes that state the cause; of a code that says many things, a pattern for its words.
        repair: What makes it good: hunks of `old` lines, from `line` on, and the `new` ones in their stead.
    """

    name: str
    source: str
    lines: tuple[int, ...]
    category: str
    cause: str
    codes: dict[str, str]
    repair: tuple[dict[str, Any], ...]

    @property
    def repaired(self) -> str:
        """The program without the mistake."""
        lines = self.source.split("\n")
        for hunk in sorted(self.repair, key=lambda item: -item["line"]):
            start, end = hunk["line"] - 1, hunk["line"] - 1 + len(hunk["old"])
            if lines[start:end] != hunk["old"]:
                raise ValueError(f"the repair of {self.name} does not fit at line {hunk['line']}")
            lines[start:end] = hunk["new"]
        return "\n".join(lines)

    def explained_by(self, finding: Diagnostic | None) -> bool:
        """Whether this is about a line that may be blamed, and states the cause."""
        if finding is None or finding.line not in self.lines or finding.code not in self.codes:
            return False
        said = f"{finding.message} ({finding.hint})"
        return re.search(self.codes[finding.code], said, re.IGNORECASE) is not None


@functools.cache
def bank() -> dict[str, Bug]:
    """Every bug by its name."""
    labels = json.loads((BANK / "labels.json").read_text(encoding="utf-8"))
    return {bug.name: bug for bug in map(_bug, labels)}


def _bug(label: dict[str, Any]) -> Bug:
    path = BANK / "programs" / label["file"]
    return Bug(
        name=path.stem,
        source=path.read_text(encoding="utf-8"),
        lines=tuple(label["lines"]),
        category=label["category"],
        cause=label["cause"],
        codes=label["codes"],
        repair=tuple(label["repair"]),
    )


@dataclass(frozen=True)
class Trial:
    """One bug, to be verified, repaired by its hints, and verified again."""

    bug: str
    seeds: int


def attempt(trial: Trial) -> dict[str, Any]:
    """A row of the table; `passed` is the round after which the program was accepted, if it was."""
    bug = bank()[trial.bug]
    source, passed, first = bug.source, None, None
    for done in range(ROUNDS + 1):
        verdict = verify(source, seeds=trial.seeds)
        first = verdict if done == 0 else first
        if verdict.accepted:
            passed = done
            break
        mended = follow(source, verdict.errors[0]) if verdict.errors else None
        if mended is None or mended == source:
            break
        source = mended
    assert first is not None
    return {"bug": bug.name, "cause": f"{'/'.join(map(str, bug.lines))}: {bug.cause}", **_said(bug, first)} | {
        "passed": passed
    }


def _said(bug: Bug, verdict: Verdict) -> dict[str, Any]:
    finding = verdict.errors[0] if verdict.errors else None
    said = f"{finding.line}: {finding.code}: {finding.message} ({finding.hint})" if finding else "nothing"
    right = bug.explained_by(finding)
    return {
        "said": said,
        "verdict": "ok" if right else "miss",
        "line": finding is not None and finding.line in bug.lines,
    }


def main() -> None:
    """Measures the bank."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds of a verification")
    parser.add_argument("--bug", nargs="+", choices=sorted(bank()), default=sorted(bank()), metavar="NAME")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    trials = [Trial(bug, arguments.seeds) for bug in arguments.bug]
    with LocalWorkers() as workers:
        rows = list(workers.map(attempt, trials))
    lost = [trial.bug for trial, row in zip(trials, rows, strict=True) if isinstance(row, Lost)]
    if lost:
        raise SystemExit(f"lost: {', '.join(lost)}")
    results: list[dict[str, Any]] = [row for row in rows if not isinstance(row, Lost)]
    rounds = [sum(row["passed"] is not None and row["passed"] <= done for row in results) for done in range(ROUNDS + 1)]
    summary = {
        "bugs": len(results),
        "explained": round(sum(row["verdict"] == "ok" for row in results) / len(results), 4),
        "right_line": round(sum(row["line"] for row in results) / len(results), 4),
        "pass_by_round": [round(count / len(results), 4) for count in rounds],
    }
    report("repair", results, summary, arguments.json)


if __name__ == "__main__":
    main()
