"""The library at a glance: always as the library is now, however it changed, and short for a language model."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from memory import FailureStore, Sighting, TaskLibrary, TaskRecord
from sim.sandbox import Sandbox
from sim.signature import Signature
from sim.verdict import Diagnostic, Verdict
from tools import Toolbox


class Letters:
    """Stands where the model is: the digest asks for no likeness."""

    name = "letters"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.dimensions) for text in texts]
        unit: NDArray[np.float32] = np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)
        return unit


@pytest.fixture
def library(tmp_path: Path) -> TaskLibrary:
    return TaskLibrary(tmp_path / "home", Letters())


@pytest.fixture
def failures(library: TaskLibrary) -> FailureStore:
    return FailureStore(library.home, library.embedder)


@pytest.fixture
def toolbox(library: TaskLibrary, tmp_path: Path) -> Toolbox:
    return Toolbox.of(library, Sandbox(), tmp_path / "pictures")


def digest(toolbox: Toolbox, **arguments: Any) -> dict[str, Any]:
    return dict(json.loads(toolbox.call("library_digest", **arguments)))


def add(library: TaskLibrary, name: str, *steps: str, primitive: str = "pick_place") -> None:
    scene = Signature(kinds={}, moved={}, colors={}, steps=steps, primitive=primitive) if steps else None
    library.add(TaskRecord(name=name, code=f"class Task{len(name)}:\n    pass\n", signature=scene), {})


def fail(
    failures: FailureStore, name: str, at: str, *codes: str, reason: Any = "failed", repair: int = 0, **more: Any
) -> str:
    findings = tuple(Diagnostic(code=code, stage="solve", message="wrong") for code in codes)
    failure = failures.remember(
        program=f"class Task{name.title().replace('-', '')}:\n    value = {repair}\n" if codes else "",
        reason=reason,
        proposal={"name": name, "title": name},
        verdict=Verdict(stage="solve", diagnostics=findings) if codes else None,
        sighting=Sighting(session=name, repair=repair, at=f"2026-01-01T12:00:{at}+00:00"),
        **more,
    )
    return failure.id


# -- what the library has --------------------------------------------------------------------------------------------


def test_an_empty_home_has_nothing_and_lacks_everything(toolbox: Toolbox, library: TaskLibrary) -> None:
    found = digest(toolbox)
    assert (found["tasks"], found["names"], found["families"], found["recent_failures"]) == (0, [], {}, [])
    assert len(found["gaps"]) == 12
    assert not library.home.exists(), "asking changes nothing"


def test_families_lengths_and_gaps_are_those_of_the_scenes(toolbox: Toolbox, library: TaskLibrary) -> None:
    missing = set(digest(toolbox)["gaps"])
    add(library, "one-ball", "1 ball > in bowl")
    add(library, "two-blocks", "1 block > on block", "1 block > on placed block")
    add(library, "more-blocks", "1 block > on block")
    add(library, "swept", "30 block > in zone", primitive="push")
    add(library, "without-scene")

    found = digest(toolbox)
    assert found["names"] == ["more-blocks", "one-ball", "swept", "two-blocks", "without-scene"]
    assert found["tasks"] == 5
    assert next(iter(found["families"].items())) == ("stack blocks", 2)
    assert found["families"]["put balls into"] == found["families"]["unknown"] == 1
    assert found["primitives"]["push"] == 1
    assert (found["lengths"]["1"], found["lengths"]["2"]) == (3, 1)
    assert "put a ball into a bowl" not in found["gaps"]
    assert set(found["gaps"]) != missing


def test_a_digest_follows_every_change_of_the_library(toolbox: Toolbox, library: TaskLibrary, tmp_path: Path) -> None:
    add(library, "one-ball", "1 ball > in bowl")
    assert digest(toolbox)["families"] == {"put balls into": 1}

    other = TaskLibrary(tmp_path / "home", Letters())
    add(other, "one-block", "1 block > on zone")
    assert digest(toolbox)["families"] == {"put balls into": 1, "put blocks on": 1}, "another process added a task"

    library.remove("one-ball")
    add(library, "one-ball", "1 box > on pallet")
    assert digest(toolbox)["families"] == {"put blocks on": 1, "put boxes on": 1}, "the name stands for another task"


def test_names_are_cut_only_where_that_is_asked_for_and_the_rest_is_counted(
    toolbox: Toolbox, library: TaskLibrary
) -> None:
    for number in range(9):
        add(library, f"task-{number}", "1 ball > in bowl")
    assert len(digest(toolbox)["names"]) == 9
    short = digest(toolbox, most_names=3)
    assert short["names"] == ["task-0", "task-3", "task-6"]
    assert (short["names_left_out"], short["tasks"]) == (6, 9)
    assert "names_left_out" not in digest(toolbox, most_names=9)
    assert digest(toolbox, most_names=-1)["names"] == []


# -- what failed lately ----------------------------------------------------------------------------------------------


def test_failures_are_told_newest_first_and_once_for_each_proposal(toolbox: Toolbox, failures: FailureStore) -> None:
    fail(failures, "tower", "01", "unreachable")
    fail(failures, "bowl", "02", reason="not-novel", detail="the same scene as put-ball-into-bowl")
    fail(failures, "tower", "03", "does-not-hold", repair=1)

    assert digest(toolbox)["recent_failures"] == [
        {"name": "tower", "reason": "failed", "codes": ["does-not-hold", "unreachable"], "detail": ""},
        {"name": "bowl", "reason": "not-novel", "codes": [], "detail": "the same scene as put-ball-into-bowl"},
    ]


def test_what_was_mended_and_proved_is_no_failure_any_more(toolbox: Toolbox, failures: FailureStore) -> None:
    name = fail(failures, "tower", "01", "unreachable")
    assert len(digest(toolbox)["recent_failures"]) == 1
    failures.repaired([name], "class Task:\n    good = True\n", Verdict(accepted=True, stage="hold"), "tower/0/0")
    assert digest(toolbox)["recent_failures"] == []


def test_of_many_failures_the_last_are_told_and_long_reasons_are_cut(toolbox: Toolbox, failures: FailureStore) -> None:
    for number in range(14):
        fail(failures, f"idea-{number:02}", f"{number:02}", reason="not-worth-it", detail="dull " * 1000)
    told = digest(toolbox)["recent_failures"]
    assert [item["name"] for item in told] == [f"idea-{number:02}" for number in range(13, 3, -1)]
    assert all(len(item["detail"]) < 200 for item in told)


def test_a_damaged_failure_is_passed_over(toolbox: Toolbox, failures: FailureStore) -> None:
    name = fail(failures, "tower", "01", "unreachable")
    fail(failures, "bowl", "02", reason="not-novel")
    failures.files.path(name).write_text("{")
    assert [item["name"] for item in digest(toolbox)["recent_failures"]] == ["bowl"]
