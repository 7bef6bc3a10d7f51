"""What the library does about damage, interruptions and neighbours."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable

import filelock
import pytest
from memory_samples import PICTURES, LetterEmbedder, hanoi_task, put_task

from memory import LibraryDamaged, TaskLibrary
from memory.index import IndexDoor
from sim.errors import EnvironmentBroken

StartPython = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def filled(letters: TaskLibrary) -> TaskLibrary:
    letters.add(put_task(), PICTURES)
    letters.add(hanoi_task(), PICTURES)
    return letters


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("task.json", b'{"name": "put-blo', "task.json is not JSON"),
        ("task.json", b"[]", "task.json does not describe a task"),
        ("task.json", None, "task.json is missing"),
        ("task.py", b"import os\n", "task.py is not the program that was added"),
        ("task.py", None, "task.py is missing"),
        ("before.png", None, "before.png is missing"),
        ("after.png", b"another picture", "after.png is not the picture that was added"),
    ],
)
def test_check_names_the_damaged_file_and_the_rest_still_works(
    filled: TaskLibrary, file: str, content: bytes | None, problem: str
) -> None:
    path = filled.home / "library" / "put-block-in-bowl" / file
    path.unlink() if content is None else path.write_bytes(content)
    (found,) = filled.check()
    assert found.name == "put-block-in-bowl"
    assert problem in found.problem
    assert "simsmith library" in found.remedy
    read = filled.pictures if file == "after.png" else filled.get
    with pytest.raises(LibraryDamaged, match=problem):
        read("put-block-in-bowl")
    assert "towers-of-hanoi" in [record.name for record in filled.records()]
    offered = [hit.name for hit in filled.search("rings")]
    assert "towers-of-hanoi" in offered
    assert ("put-block-in-bowl" in offered) == (file == "after.png")  # its words and program can still be read
    assert filled.rebuild() >= 1


def test_a_task_from_a_newer_version_or_under_another_name_is_not_guessed_at(filled: TaskLibrary) -> None:
    path = filled.home / "library" / "towers-of-hanoi" / "task.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"schema_version": 99}))
    with pytest.raises(LibraryDamaged, match="written by a newer simsmith") as caught:
        filled.get("towers-of-hanoi")
    assert "update simsmith" in caught.value.remedy
    path.write_text(json.dumps(document | {"schema_version": "two"}))
    with pytest.raises(LibraryDamaged, match="does not describe a task"):
        filled.get("towers-of-hanoi")
    path.write_text(json.dumps(document | {"name": "towers"}))
    with pytest.raises(LibraryDamaged, match="describes another task, 'towers'"):
        filled.get("towers-of-hanoi")


def test_rebuilding_from_files_gives_the_same_search(library: TaskLibrary) -> None:
    before = [library.search("put the ball into the bowl"), library.nearest(hanoi_task())]
    shutil.rmtree(library.home / "index")
    assert [problem.problem for problem in library.check()] == ["the index is gone: 3 tasks are not in it"]
    steps: list[tuple[int, int]] = []
    assert library.rebuild(progress=lambda done, total: steps.append((done, total))) == 3
    assert steps == [(3, 3)]
    after = [library.search("put the ball into the bowl"), library.nearest(hanoi_task())]
    assert [[hit.name for hit in hits] for hits in after] == [[hit.name for hit in hits] for hits in before]
    scores = [hit.score for hits in before for hit in hits]
    assert [hit.score for hits in after for hit in hits] == pytest.approx(scores, abs=1e-5)


def test_missing_and_phantom_index_entries_are_found_and_healed(filled: TaskLibrary) -> None:
    shutil.move(filled.home / "library" / "put-block-in-bowl", filled.home / "kept")
    with IndexDoor(filled.files, None).open("letters/3", "") as index:
        index.delete(["towers-of-hanoi"])
    assert {(problem.name, problem.problem) for problem in filled.check()} == {
        ("put-block-in-bowl", "the index has it, the library not"),
        ("towers-of-hanoi", "missing in the index"),
    }
    assert [hit.name for hit in filled.search("rings")] == ["towers-of-hanoi"]
    assert filled.check() == []
    shutil.move(filled.home / "kept", filled.home / "library" / "put-block-in-bowl")
    assert len(filled.search("rings")) == 2
    assert filled.check() == []


def test_a_description_edited_by_hand_is_noticed_and_indexed_again(filled: TaskLibrary) -> None:
    path = filled.home / "library" / "towers-of-hanoi" / "task.json"
    path.write_text(path.read_text().replace('"title": "towers of hanoi"', '"title": "zebra crossing"'))
    assert [(problem.name, problem.problem) for problem in filled.check()] == [
        ("towers-of-hanoi", "changed since it was indexed")
    ]
    filled.rebuild()
    assert filled.check() == []
    assert filled.search("zebra crossing", k=1)[0].title == "zebra crossing"


def test_foreign_files_and_leftovers_are_named_and_leftovers_cleared(filled: TaskLibrary) -> None:
    folder = filled.home / "library"
    (folder / "notes.txt").write_text("mine")
    (folder / "towers-of-hanoi" / "old.py").write_text("mine")
    (folder / ".tmp-abc").mkdir()
    assert sorted(problem.name for problem in filled.check()) == [".tmp-abc", "notes.txt", "old.py"]
    assert filled.names() == ["put-block-in-bowl", "towers-of-hanoi"]
    filled.rebuild()
    assert sorted(problem.name for problem in filled.check()) == ["notes.txt", "old.py"]


@pytest.mark.parametrize("damage", ["garbage", "cut", "file"])
def test_a_damaged_index_says_what_to_do_and_can_be_rebuilt(filled: TaskLibrary, damage: str) -> None:
    index = filled.home / "index"
    database = index / "chroma.sqlite3"
    if damage == "garbage":
        database.write_bytes(b"garbage" * 1000)
    elif damage == "cut":
        database.write_bytes(database.read_bytes()[:50_000])
    else:
        shutil.rmtree(index)
        index.write_text("no folder")
    with pytest.raises(EnvironmentBroken, match="simsmith library check --rebuild"):
        filled.search("rings")
    with pytest.raises(EnvironmentBroken, match="simsmith library check --rebuild"):
        filled.add(put_task("another-one"), PICTURES)
    assert [problem.remedy for problem in filled.check()] == ["simsmith library check --rebuild"]
    assert filled.rebuild() == 2
    assert filled.check() == []
    assert len(filled.search("rings")) == 2


def test_processes_that_write_at_once_all_land_and_are_seen_by_one_another(
    letters: TaskLibrary, start_python: StartPython
) -> None:
    program = """
import pathlib, sys
from memory import TaskLibrary
from memory_samples import PICTURES, LetterEmbedder, put_task
library = TaskLibrary(pathlib.Path(sys.argv[1]), LetterEmbedder())
for number in range(5):
    name = f"put-{sys.argv[2]}-{number}"
    library.add(put_task(name), PICTURES)
    assert library.nearest(put_task(name), k=50)
"""
    letters.add(hanoi_task(), PICTURES)
    writers = [start_python(program, letters.home, label) for label in ("a", "b")]
    while any(writer.poll() is None for writer in writers):
        assert letters.search("put the block into the bowl", k=20)
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert len(letters.search("put the block into the bowl", k=20)) == 11
    assert letters.check() == []


def test_a_library_held_by_another_process_is_said_so(filled: TaskLibrary) -> None:
    impatient = TaskLibrary(filled.home, LetterEmbedder(), lock_seconds=0.1)
    holder = filelock.FileLock(filled.home / "library.lock", thread_local=False)
    with holder, pytest.raises(EnvironmentBroken, match=r"another process has held .*library\.lock"):
        impatient.search("rings")
    assert impatient.search("rings")
