"""The catalogue of diagnostics: well formed, and complete for what the room says."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from instruction_scenes import FALSE
from test_ground import WRONG
from test_screen import STATIC
from test_verification import DYNAMIC

import sim
from sim.verdict import MAX_TEXT, STAGES, Diagnostic, Severity, diagnostics_catalogue

SOURCES = sorted(Path(str(sim.__file__)).parent.rglob("*.py"))
CALLS = {
    "TaskError",
    "finding",
    "found",
    "_unread",
    "ChildFailure",
}  # what takes a code, by its first or second argument


def said() -> Iterator[tuple[str, str]]:
    """Every code that a source of the room says, with where."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = [item.value for item in node.keywords if item.arg == "code"]
                given += node.args[:2] if name in CALLS else [] if name != "warn" else node.args[:1]
                values = [item.value for item in given if isinstance(item, ast.Constant)]
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                coded = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "code"]
                values = [value.value for value in coded if isinstance(value, ast.Constant)]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                choices = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
                values = [item.value for item in choices if isinstance(item, ast.Constant)]
            else:
                continue
            for value in values:
                if isinstance(value, str) and value.replace("-", "").isalpha() and value.islower():
                    yield value, f"{path.name}:{node.lineno}"


def test_every_code_that_is_said_is_in_the_catalogue() -> None:
    unknown = {(code, where) for code, where in said() if code not in diagnostics_catalogue()}
    assert {(code, where) for code, where in unknown if code not in STAGES} == set()  # stages are arguments too
    assert len({code for code, _ in said()}) > 30


def test_every_code_of_the_catalogue_is_said() -> None:
    words = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(diagnostics_catalogue()) <= words


def test_entries_are_well_formed() -> None:
    for code, entry in diagnostics_catalogue().items():
        assert code == code.lower().replace("_", "-")
        assert set(entry) == {"stage", "severity", "means", "mend"}, code
        assert entry["stage"] in STAGES
        assert entry["severity"] in get_args(Severity)
        for text in (entry["means"], entry["mend"]):
            assert 10 < len(text) < 120, code
            assert not text.endswith("."), code


def test_codes_fire() -> None:
    """The tables of bad candidates leave only the codes that have tests of their own."""
    fired = {code for _, _, code, _ in STATIC.values()} | {code for _, code, _ in DYNAMIC.values()}
    fired |= {code for code, *_ in WRONG.values()} | {code for _, code, _ in FALSE}
    own = {"crashed", "malformed-rope", "simulator-failed", "too-large", "too-slow", "unfilled-template"}
    own |= {"fewer-instructions", "no-picture", "not-lasting", "undone", "unsolved"}
    # Of published files: tests/sim/test_published.py.
    own |= {"hand-made-rope", "loose-height", "no-effect", "no-instruction", "no-physics", "poured-pile"}
    own |= {"unknown-name", "variant-classes"}
    assert set(diagnostics_catalogue()) - fired == own


class Odd:
    def __repr__(self) -> str:
        return "odd \ud800"


@pytest.mark.parametrize(
    "value", [Odd(), math.nan, math.inf, "\ud800", "x" * 100_000, {"a": 1}, [[[1]]], (1, 2), 1.5, None, True, [1, 2]]
)
def test_values_can_be_written_as_json(value: Any) -> None:
    finding = Diagnostic(code="raised", stage="build", message="\ud800" + "y" * 100_000, values={"given": value})
    text = finding.model_dump_json()
    assert Diagnostic.model_validate_json(text) == finding
    assert len(text) < MAX_TEXT + 1000
