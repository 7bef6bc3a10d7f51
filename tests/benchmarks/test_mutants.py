"""Mutants of real programs are recognised, and tasks that differ by definition are not taken for each other."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from benchmarks.mutants import COMBINED, MUTATIONS, mutate
from benchmarks.novelty_bank import bank, labels, same_as, unlisted
from memory import MiniLM, Novelty, TaskLibrary, TaskRecord
from memory.scene import SAME, scene_similarity
from sim import Sandbox
from sim.layout import Layout
from sim.signature import Signature, signature

LAYOUTS = 10
PICTURES = {"before": b"\x89PNG\r\n\x1a\n", "after": b"\x89PNG\r\n\x1a\n"}
MUTATED = ("stack-block-pyramid", "block-between-bowls")
# Pairs that differ by the definition, and in little else.
PAIRS = (
    ("ball-beside-bowl", "drop-ball-in-bowl", "another relation"),
    ("ball-beside-bowl", "block-beside-bowl", "another kind"),
    ("cylinder-behind-bowl", "cylinder-in-front-of-bowl", "the other side"),
    ("told-row-of-three", "told-row-of-four", "another number of goals"),
    ("staircase-of-six", "stack-block-pyramid", "another form"),
    ("blocks-on-pad", "diagonal-of-zone", "another direction"),
    ("three-storey-tower", "same-color-tower", "one goal in the place of three"),
    ("towers-of-hanoi", "hanoi-with-two-disks", "fewer disks and moves"),
)


@functools.cache
def layouts(source: str) -> tuple[Layout, ...]:
    laid_out = Sandbox().layouts(source, range(LAYOUTS))
    assert laid_out.layouts, laid_out.diagnostics
    return laid_out.layouts


def scene(source: str) -> Signature:
    return signature(layouts(source), source)


def record(source: str, name: str) -> TaskRecord:
    told = layouts(source)[0].instructions
    return TaskRecord(name=name, instructions=told, code=source, signature=scene(source))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> TaskLibrary:
    home: Path = tmp_path_factory.mktemp("mutants")
    library = TaskLibrary(home, minilm)
    for name in MUTATED:
        library.add(record(bank()[name].source, name), PICTURES)
    return library


@pytest.mark.parametrize("name", MUTATED)
@pytest.mark.parametrize("kinds", [*((kind,) for kind in MUTATIONS), COMBINED[4]], ids="+".join)
def test_a_mutant_is_not_new_and_its_scene_is_the_same(library: TaskLibrary, name: str, kinds: tuple[str, ...]) -> None:
    original = bank()[name].source
    mutant = mutate(name, original, kinds)
    assert mutant is not None
    assert mutant != original
    assert scene_similarity(scene(mutant), scene(original)) >= SAME
    judged: Novelty = library.novelty(record(mutant, "candidate"))
    assert not judged.novel
    assert judged.kind != "new"
    assert judged.decided
    assert name in judged.reason


@pytest.mark.parametrize(("first", "second", "why"), PAIRS, ids=[why for _, _, why in PAIRS])
def test_tasks_that_differ_by_definition_are_no_mutants(first: str, second: str, why: str) -> None:
    a, b = scene(bank()[first].source), scene(bank()[second].source)
    assert scene_similarity(a, b) < SAME


def test_the_reason_says_what_a_mutant_is(library: TaskLibrary) -> None:
    name = "stack-block-pyramid"
    said = {}
    for kind in ("rename", "reorder", "reposition", "reword"):
        mutant = mutate(name, bank()[name].source, [kind])
        assert mutant is not None
        said[kind] = library.novelty(record(mutant, "candidate")).kind
    assert said["rename"] == "renaming"
    assert said["reorder"] in ("reordering", "same-program")
    assert said["reword"] == "rewording"


def test_every_task_of_the_bank_has_a_family_and_families_are_whole() -> None:
    assert unlisted() == []
    halves: dict[str, set[str]] = {}
    for base in bank().values():
        halves.setdefault(base.family, set()).add(base.half)
    assert all(len(half) == 1 for half in halves.values())
    assert {half for found in halves.values() for half in found} == {"calibration", "held-out"}


def test_what_is_the_same_by_definition_is_known_from_both_sides() -> None:
    for group in labels()["same_by_definition"]:
        assert group["why"]
        for name in group["tasks"]:
            assert name in bank()
            assert same_as(name) == set(group["tasks"]) - {name}
