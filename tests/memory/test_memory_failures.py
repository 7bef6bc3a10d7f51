"""Rejected candidates are remembered once each, with what mended them, whatever happens to the processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from memory_samples import LetterEmbedder, put_task

from memory import Failure, FailureStore, LibraryDamaged, MiniLM, Sighting
from memory.failure import MOST_SIGHTINGS
from sim.errors import EnvironmentBroken, UsageError
from sim.verdict import Diagnostic, Verdict

StartPython = Callable[..., "subprocess.Popen[str]"]

GOOD = put_task().code
MISSPELT = GOOD.replace("bowl/bowl.urdf", "bowl/bowls.urdf")
PROPOSAL = {
    "name": "put-block-in-bowl",
    "title": "Put the block into the bowl",
    "description": "Put the red block into the green bowl.",
    "instruction": "put the red block into the green bowl",
}


def rejected(*codes: str, stage: str = "screen", message: str = "this is wrong") -> Verdict:
    findings = [Diagnostic(code=code, stage=stage, message=message, line=15, hint="mend it") for code in codes]
    return Verdict(stage=stage, diagnostics=tuple(findings))


ACCEPTED = Verdict(accepted=True, stage="hold")


def sighting(repair: int = 0, *, session: str = "session-1", round: int = 1, **more: Any) -> Sighting:  # noqa: A002
    return Sighting(session=session, round=round, repair=repair, model="test-model", **more)


@pytest.fixture
def store(tmp_path: Path) -> FailureStore:
    return FailureStore(tmp_path / "home", LetterEmbedder())


def remember(store: FailureStore, program: str = MISSPELT, *codes: str, **more: Any) -> Failure:
    told = {"reason": "failed", "proposal": PROPOSAL, "verdict": rejected(*codes or ("unknown-asset",))}
    return store.remember(program=program, **{"sighting": sighting(), **told, **more})


# -- what is kept ----------------------------------------------------------------------------------------------------


def test_a_failure_is_kept_whole_and_read_back_by_another_process(store: FailureStore) -> None:
    verdict = rejected("unknown-asset", "overlap", message="no asset 'bowl/bowls.urdf'")
    failure = remember(store, verdict=verdict)
    again = FailureStore(store.files.home, LetterEmbedder()).get(failure.id)
    assert again == failure
    assert (again.program, again.verdict, again.proposal) == (MISSPELT, verdict, PROPOSAL)
    assert (again.codes, again.stage, again.count) == (("unknown-asset", "overlap"), "screen", 1)
    assert again.sightings[0].model == "test-model"
    document = json.loads((store.files.folder / f"{failure.id}.json").read_text())
    assert document["verdict"]["diagnostics"][0]["message"] == "no asset 'bowl/bowls.urdf'"


def test_a_home_without_failures_has_none_and_stays_as_it_is(store: FailureStore) -> None:
    assert store.all() == store.by_code("overlap") == store.search("block") == store.lessons("block") == []
    assert store.problems() == []
    assert not store.files.home.exists()


def test_half_characters_of_a_model_are_kept_as_far_as_a_file_can(store: FailureStore) -> None:
    failure = remember(store, "# \ud800\nclass A(Task):\n    pass\n", proposal={"title": "a \udfff ball"})
    assert store.get(failure.id).title == "a ? ball"


# -- the same failure again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        MISSPELT.replace("thing", "moved_object").replace("target_pose", "there"),
        MISSPELT.replace("class PutBlockInBowl", "class SomethingElse"),
        MISSPELT.replace("        # The object that is moved.\n", "\n"),
        re.sub(r"\benv\b", "surroundings", MISSPELT),
    ],
    ids=["variables", "class", "comments", "arguments"],
)
def test_the_same_mistake_under_other_names_is_one_failure(store: FailureStore, again: str) -> None:
    assert again != MISSPELT
    first = remember(store)
    second = remember(store, again, sighting=sighting(session="session-2"))
    assert second.id == first.id
    assert (second.count, len(store.all())) == (2, 1)
    assert [item.session for item in second.sightings] == ["session-1", "session-2"]
    assert second.first_seen <= second.last_seen


@pytest.mark.parametrize("change", [("0.04", "0.05"), ("bowls", "bowl"), ('"red"', '"blue"')])
def test_another_program_or_other_findings_are_another_failure(store: FailureStore, change: tuple[str, str]) -> None:
    first = remember(store)
    assert remember(store, MISSPELT.replace(*change)).id != first.id
    assert remember(store, MISSPELT, "overlap").id != first.id
    assert len(store.all()) == 3


def test_a_sighting_that_is_told_of_twice_counts_once(store: FailureStore) -> None:
    assert [remember(store).count for _ in range(3)] == [1, 1, 1]
    assert remember(store, sighting=sighting(repair=1)).count == 2
    assert remember(store).count == 2


def test_a_failure_that_never_ends_does_not_fill_the_disk(store: FailureStore) -> None:
    for number in range(MOST_SIGHTINGS + 5):
        failure = remember(store, "no program", sighting=sighting(round=number))
    assert (failure.count, len(failure.sightings)) == (MOST_SIGHTINGS + 5, MOST_SIGHTINGS)


def test_proposals_that_were_not_new_are_told_apart_by_their_words(store: FailureStore) -> None:
    for title in ("Stack two blocks", "Fill a bowl"):
        store.remember(
            program="", reason="not-novel", detail="0.01 from x", proposal={"title": title}, sighting=sighting()
        )
    assert sorted(failure.title for failure in store.by_code("not-novel")) == ["Fill a bowl", "Stack two blocks"]


# -- repairs ---------------------------------------------------------------------------------------------------------


def test_a_repair_is_kept_with_what_it_changed(store: FailureStore) -> None:
    failure = remember(store)
    (mended,) = store.repaired([failure.id], GOOD, ACCEPTED, "session-1/1/0")
    assert mended == store.get(failure.id)
    assert mended.repair is not None
    assert mended.repair.program == GOOD
    assert mended.repair.accepted
    assert [line for line in mended.repair.diff.splitlines() if line.startswith(("-  ", "+  "))] == [
        '-        env.add_object("bowl/bowls.urdf", target_pose, category="fixed", color=colors["green"])',
        '+        env.add_object("bowl/bowl.urdf", target_pose, category="fixed", color=colors["green"])',
    ]


def test_each_failure_of_a_candidate_is_mended_by_what_got_past_it(store: FailureStore) -> None:
    programs = [MISSPELT, MISSPELT.replace("0.04", "0.4"), GOOD.replace("0.04", "0.4"), GOOD]
    first = remember(store, programs[0], "unknown-asset")
    assert store.repaired([first.id], programs[1], rejected("unknown-asset"), "session-1/1/0") == []
    second = remember(store, programs[1], "unknown-asset", sighting=sighting(1))
    ids = [first.id, second.id]
    store.repaired(ids, programs[2], rejected("overlap", stage="build"), "session-1/1/0")
    third = remember(store, programs[2], "overlap", sighting=sighting(2), verdict=rejected("overlap", stage="build"))
    assert [store.get(name).repair and store.get(name).repair.accepted for name in ids] == [False, False]  # type: ignore[union-attr]
    store.repaired([*ids, third.id], programs[3], ACCEPTED, "session-1/1/0")
    repairs = [store.get(name).repair for name in (*ids, third.id)]
    assert [repair and (repair.program, repair.accepted) for repair in repairs] == [
        (programs[2], True),
        (programs[2], True),
        (programs[3], True),
    ]


def test_a_program_that_ends_before_the_failure_or_is_the_same_mends_nothing(store: FailureStore) -> None:
    failure = remember(store, verdict=rejected("overlap", stage="build"))
    assert store.repaired([failure.id], "class", rejected("not-python", stage="parse"), "session-1/1/0") == []
    assert store.repaired([failure.id], MISSPELT, ACCEPTED, "session-1/1/0") == []
    assert store.get(failure.id).repair is None


def test_a_repair_that_was_accepted_takes_the_place_of_one_that_was_not(store: FailureStore) -> None:
    failure = remember(store)
    halfway, other = GOOD.replace("0.05", "0.5"), GOOD.replace("0.05", "0.01")
    store.repaired([failure.id], halfway, rejected("overlap", stage="build"), "session-1/1/0")
    store.repaired([failure.id], other, rejected("overlap", stage="build"), "session-2/1/0")
    assert store.get(failure.id).repair.program == halfway  # type: ignore[union-attr]
    store.repaired([failure.id], GOOD, ACCEPTED, "session-3/1/0")
    store.repaired([failure.id], other, ACCEPTED, "session-4/1/0")
    assert store.get(failure.id).repair.program == GOOD  # type: ignore[union-attr]


# -- finding them ----------------------------------------------------------------------------------------------------


def test_failures_are_found_by_code_the_most_frequent_first(store: FailureStore) -> None:
    rare = remember(store)
    often = remember(store, MISSPELT + "# more\nx = 1\n", "overlap", "unknown-asset")
    remember(store, MISSPELT + "# more\nx = 1\n", "overlap", "unknown-asset", sighting=sighting(1))
    assert [failure.id for failure in store.by_code("unknown-asset")] == [often.id, rare.id]
    assert [failure.id for failure in store.by_code("overlap")] == [often.id]
    assert [failure.id for failure in store.most_frequent(1)] == [often.id]
    assert store.by_code("unstable") == []
    with pytest.raises(UsageError, match="no diagnostic has the code 'unknown-assets'") as caught:
        store.by_code("unknown-assets")
    assert "'unknown-asset'" in caught.value.remedy


@pytest.fixture
def told(tmp_path: Path, minilm: MiniLM) -> FailureStore:
    """A store of three failures, with the real model."""
    store = FailureStore(tmp_path / "home", minilm)
    remember(store, verdict=rejected("unknown-asset", message="there is no asset 'bowl/bowls.urdf'"))
    stack = {"title": "Stack three blocks", "instruction": "stack the blocks into a tower"}
    tower = (
        "class StackBlocks(Task):\n    def reset(self, env):\n        for i in range(3):\n            self.stack(i)\n"
    )
    remember(store, tower, proposal=stack, verdict=rejected("overlap", message="two objects stand in one another"))
    line = {"title": "Line up the cylinders", "instruction": "line up the cylinders along the edge"}
    remember(store, "class", proposal=line, verdict=rejected("not-python", message="this is not Python"))
    return store


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("a tower of blocks", "overlap"),
        ("put something into a bowl", "unknown-asset"),
        ("there is an asset that does not exist", "unknown-asset"),
        ("objects penetrate each other", "overlap"),
        (GOOD, "unknown-asset"),
    ],
    ids=["task", "other task", "complaint", "other complaint", "program"],
)
def test_a_search_finds_what_a_failure_was_about_or_what_was_wrong(told: FailureStore, query: str, code: str) -> None:
    found = told.search(query, k=2)
    assert len(found) == 2
    assert found[0].failure.codes == (code,)
    assert 1.0 >= found[0].score >= found[1].score >= 0.0


class CountingEmbedder(LetterEmbedder):
    """Keeps what it was asked to embed."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Any) -> Any:
        self.texts += texts
        return super().embed(texts)


def test_a_failure_is_embedded_once_and_again_when_its_vectors_are_damaged(store: FailureStore) -> None:
    failure = remember(store)
    store.search("a block")
    for damage in (None, b"garbage", b""):
        embedder = CountingEmbedder()
        if damage is not None:
            (store.files.vectors / f"{failure.id}.safetensors").write_bytes(damage)
        (found,) = FailureStore(store.files.home, embedder).search("a block")
        assert found.failure.id == failure.id
        assert (failure.words in embedder.texts) == (damage is not None)


def test_a_search_for_nothing_is_wrong_use(store: FailureStore) -> None:
    for query, k in ((" ", 3), ("block", 0)):
        with pytest.raises(UsageError, match="nothing to look for"):
            store.search(query, k)


# -- damage, interruptions and neighbours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"id": "', "is not JSON"),
        (b"[]", "does not describe a failure"),
        (b"{}", "does not describe a failure"),
        (b'{"schema_version": 99}', "written by a newer simsmith"),
    ],
)
def test_a_damaged_file_is_named_and_the_others_still_work(store: FailureStore, content: bytes, problem: str) -> None:
    damaged, whole = remember(store), remember(store, GOOD, "overlap")
    store.files.path(damaged.id).write_bytes(content)
    (found,) = store.problems()
    assert (found.name, bool(found.remedy)) == (f"{damaged.id}.json", True)
    assert problem in found.problem
    assert [failure.id for failure in store.all()] == [whole.id]
    assert [hit.failure.id for hit in store.search("block")] == [whole.id]
    with pytest.raises(LibraryDamaged, match=problem):
        store.get(damaged.id)


def test_a_damaged_failure_is_remembered_anew_but_one_of_a_newer_version_is_left_alone(store: FailureStore) -> None:
    path = store.files.path(remember(store).id)
    path.write_bytes(b"garbage")
    assert remember(store).count == 1
    assert store.problems() == []
    newer = json.dumps(json.loads(path.read_text()) | {"schema_version": 2})
    path.write_text(newer)
    with pytest.raises(LibraryDamaged, match="newer"):
        remember(store)
    assert path.read_text() == newer


def test_foreign_files_are_named(store: FailureStore) -> None:
    remember(store)
    (store.files.folder / "notes.txt").write_text("mine")
    assert [problem.name for problem in store.problems()] == ["notes.txt"]
    assert len(store.all()) == 1


def test_a_home_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with pytest.raises(EnvironmentBroken) as caught:
        remember(FailureStore(tmp_path / "home", LetterEmbedder()))
    assert "--home" in caught.value.remedy


SAMPLES = """
import os, pathlib, signal, sys
from memory import FailureStore, Sighting
from memory_samples import LetterEmbedder, put_task
from sim.verdict import Diagnostic, Verdict
home = pathlib.Path(sys.argv[1])
store = FailureStore(home, LetterEmbedder())
verdict = Verdict(diagnostics=(Diagnostic(code="overlap", stage="build", message="too near"),))
def remember(program, session, round):
    store.remember(program=program, reason="failed", verdict=verdict, sighting=Sighting(session=session, round=round))
"""


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_process_killed_while_it_writes_leaves_the_failure_as_it_was(
    store: FailureStore, start_python: StartPython, moment: str
) -> None:
    failure = remember(store, put_task().code, "overlap")
    program = (
        SAMPLES
        + f"""
import memory.atomic
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
memory.atomic.os.fsync = killed if "{moment}" == "fsync" else os.fsync
memory.atomic.Path.replace = killed
remember(put_task().code, "session-2", 1)
"""
    )
    assert start_python(program, store.files.home).wait(60) == -signal.SIGKILL
    assert store.get(failure.id) == failure
    assert store.problems() == []
    assert len(list(store.files.folder.glob(".tmp-*"))) == 1
    assert remember(store, put_task().code, "overlap", sighting=sighting(session="session-2")).count == 2
    assert list(store.files.folder.glob(".tmp-*")) == []


def test_two_processes_remember_at_once_and_nothing_is_lost(store: FailureStore, start_python: StartPython) -> None:
    program = (
        SAMPLES
        + """
for number in range(20):
    remember("class Same(Task): pass", sys.argv[2], number)
    remember(f"class Own(Task): number = {sys.argv[2]!r}, {number}", sys.argv[2], number)
    store.lessons("put the block")
"""
    )
    writers = [start_python(program, store.files.home, name) for name in ("one", "two")]
    assert [(writer.wait(120), writer.stderr.read()) for writer in writers] == [(0, "")] * 2  # type: ignore[union-attr]
    failures = store.all()
    assert len(failures) == 41
    assert failures[0].count == 40
    assert store.problems() == []
