"""The bank of bugs is well formed, what the static check says of its bugs is right, and the scripted coder obeys."""

from __future__ import annotations

import re

import pytest

from benchmarks.repair import Bug, bank
from benchmarks.scripted_coder import follow
from sim.screen import parse, screen
from sim.verdict import Diagnostic, diagnostics_catalogue

BUGS = list(bank().values())


def static_findings(source: str) -> list[Diagnostic]:
    parsed = parse(source)
    return [parsed] if isinstance(parsed, Diagnostic) else screen(*parsed, source)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_labels_are_complete(bug: Bug) -> None:
    lines = bug.source.split("\n")
    assert bug.cause
    assert bug.category
    assert bug.lines == tuple(sorted(set(bug.lines)))
    assert bug.lines
    assert all(1 <= line <= len(lines) for line in bug.lines)
    assert set(bug.codes) <= set(diagnostics_catalogue())
    assert all(re.compile(pattern) for pattern in bug.codes.values())
    assert bug.repaired != bug.source


def test_the_bank_is_large_and_of_many_kinds() -> None:
    assert len(BUGS) >= 45
    assert len({bug.category for bug in BUGS}) >= 10
    assert len({bug.source for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("source", sorted({bug.repaired for bug in BUGS}), ids=lambda source: source[:0])
def test_the_static_check_finds_nothing_in_a_repaired_program(source: str) -> None:
    assert static_findings(source) == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_what_the_static_check_says_is_right(bug: Bug) -> None:
    errors = [finding for finding in static_findings(bug.source) if finding.severity == "error"]
    assert not errors or bug.explained_by(errors[0]), errors[0]


PROGRAM = "def reset(self):\n    pose = place(\n        size=1,\n    )\n    return pose\n"
FOLLOWED = {
    "did you mean 'position' or 'pose'?": PROGRAM.replace("pose =", "position ="),
    "replace `size=1` by `size=2`": PROGRAM.replace("size=1", "size=2"),
    "replace `size=3` by `size=2`": None,
    "delete `pose = `": PROGRAM.replace("pose = ", ""),
    "write `pose = there(`, for it is there": PROGRAM.replace("place(", "there("),
    "delete this line": PROGRAM.replace("    pose = place(\n", ""),
    "delete lines 1-2 and 4": "        size=1,\n    return pose\n",
    "add `import there` at the top": "import there\n" + PROGRAM,
    "add `x = 1` before this line": PROGRAM.replace("    pose =", "    x = 1\n    pose ="),
    "add `x = 1` after line 1": PROGRAM.replace("    pose =", "    x = 1\n    pose ="),
    "add `x = 1` after line 4": PROGRAM.replace("    return", "    x = 1\n    return"),
    "think again": None,
}


@pytest.mark.parametrize("hint", FOLLOWED)
def test_the_scripted_coder_does_what_a_hint_says(hint: str) -> None:
    finding = Diagnostic(code="raised", stage="build", line=2, message="", hint=hint, values={"given": "pose"})
    assert follow(PROGRAM, finding) == FOLLOWED[hint]
