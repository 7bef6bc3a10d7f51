"""Archives: the same tasks give the same bytes, and what is no sound archive is refused with a reason."""

from __future__ import annotations

import json
import shutil
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_samples import PICTURES, LetterEmbedder, hanoi_task, put_task
from numpy.typing import NDArray

from memory import LibraryDamaged, TaskLibrary
from memory.archive import MOST_FILE_BYTES, export_archive, open_archive
from memory.contents import VECTORS
from memory.index import INDEX_VERSION
from memory.vectors import EMBEDDED_VIEWS, pack_vectors, source_hash
from sim.errors import UsageError

PROGRAM = "tasks/put-block-in-bowl/task.py"
Entries = list[tuple[zipfile.ZipInfo, bytes]]


@pytest.fixture
def filled(letters: TaskLibrary) -> TaskLibrary:
    letters.add(put_task(), PICTURES)
    letters.add(hanoi_task(), PICTURES)
    return letters


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    library = TaskLibrary(folder / "home", LetterEmbedder())
    library.add(put_task(), PICTURES)
    library.add(hanoi_task(), PICTURES)
    export_archive(library.files, [], folder / "tasks.zip")
    return folder / "tasks.zip"


@pytest.fixture
def archive(sound: Path, tmp_path: Path) -> Path:
    """A sound archive to be spoiled."""
    return Path(shutil.copy(sound, tmp_path))


def edited(file: Path, edit: Callable[[Entries], Entries | None]) -> Path:
    """The archive with other entries."""
    with zipfile.ZipFile(file) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    entries = edit(entries) or entries
    with zipfile.ZipFile(file, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return file


def add(path: str, content: bytes = b"x") -> Callable[[Entries], None]:
    return lambda entries: entries.append((zipfile.ZipInfo(path), content))


def manifest(change: Callable[[dict], object]) -> Callable[[Entries], Entries]:  # type: ignore[type-arg]
    def edit(entries: Entries) -> Entries:
        document = json.loads(entries[-1][1])
        changed = change(document)
        return [*entries[:-1], (entries[-1][0], json.dumps(document if changed is None else changed).encode())]

    return edit


def mark(path: str, **attributes: int) -> Callable[[Entries], None]:
    def edit(entries: Entries) -> None:
        (info,) = [info for info, _ in entries if info.filename == path]
        for name, value in attributes.items():
            setattr(info, name, value)

    return edit


def contents(file: Path) -> dict[str, dict[str, bytes]]:
    with open_archive(file) as archive:
        return {name: archive.contents(name) for name in archive.names}


def test_an_archive_holds_every_file_of_the_tasks_byte_for_byte(filled: TaskLibrary, tmp_path: Path) -> None:
    export_archive(filled.files, [], tmp_path / "tasks.zip")
    assert contents(tmp_path / "tasks.zip") == {name: filled.files.read_contents(name) for name in filled.names()}


def test_a_library_made_from_an_archive_exports_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    other = TaskLibrary(tmp_path / "other", LetterEmbedder())
    for name, files in reversed(contents(archive).items()):
        other.adopt(files, name)
    export_archive(other.files, [], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_chosen_tasks_are_exported_in_whatever_order_they_are_named(filled: TaskLibrary, tmp_path: Path) -> None:
    first = export_archive(filled.files, ["towers-of-hanoi", "put-block-in-bowl"], tmp_path / "a.zip")
    export_archive(filled.files, ["put-block-in-bowl", "towers-of-hanoi"], tmp_path / "b.zip")
    assert first.tasks == ("put-block-in-bowl", "towers-of-hanoi")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with pytest.raises(UsageError, match="did you mean 'towers-of-hanoi'"):
        export_archive(filled.files, ["tower-of-hanoi"], tmp_path / "c.zip")
    assert not (tmp_path / "c.zip").exists()


def test_a_damaged_task_is_left_out_and_named(filled: TaskLibrary, tmp_path: Path) -> None:
    (filled.home / "library" / "towers-of-hanoi" / "after.png").write_bytes(b"another")
    exported = export_archive(filled.files, [], tmp_path / "tasks.zip")
    assert exported.tasks == ("put-block-in-bowl",)
    assert [problem.name for problem in exported.problems] == ["towers-of-hanoi"]
    assert "after.png" in exported.problems[0].problem
    assert list(contents(tmp_path / "tasks.zip")) == ["put-block-in-bowl"]


def test_nothing_is_replaced_unasked_and_nothing_but_a_file_ever(filled: TaskLibrary, tmp_path: Path) -> None:
    target = tmp_path / "tasks.zip"
    target.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        export_archive(filled.files, [], target)
    assert target.read_text() == "mine"
    export_archive(filled.files, [], target, overwrite=True)
    assert len(contents(target)) == 2
    with pytest.raises(UsageError, match="not what an export writes"):
        export_archive(filled.files, [], filled.home, overwrite=True)
    with pytest.raises(UsageError, match="no folder"):
        export_archive(filled.files, [], tmp_path / "nowhere" / "tasks.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"home", "tasks.zip"}


def test_an_empty_library_has_nothing_to_export(letters: TaskLibrary, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the library is empty"):
        export_archive(letters.files, [], tmp_path / "tasks.zip")
    assert list(tmp_path.iterdir()) == []


REFUSED: dict[str, tuple[Callable[[Entries], Entries | None], str]] = {
    "parent": (add("tasks/../../evil.py"), "no path of a task's file"),
    "parent inside": (add("tasks/put-block-in-bowl/../task.py"), "no path of a task's file"),
    "absolute": (add("/tmp/evil.py"), "no path of a task's file"),
    "backslash": (add("tasks\\evil\\task.py"), "no path of a task's file"),
    "drive": (add("C:/tasks/evil/task.py"), "no path of a task's file"),
    "folder": (add("tasks/evil/", b""), "no path of a task's file"),
    "upper case": (add("tasks/Evil/task.py"), "no path of a task's file"),
    "hidden": (add("tasks/.tmp-evil/task.py"), "no path of a task's file"),
    "stranger": (add("tasks/put-block-in-bowl/notes.txt"), "no path of a task's file"),
    "beside": (add("setup.py"), "no path of a task's file"),
    "unlisted": (add("tasks/evil/task.py"), "manifest and its files differ in 'tasks/evil/task.py'"),
    "link": (mark(PROGRAM, external_attr=(stat.S_IFLNK | 0o777) << 16), "link or a device"),
    "lzma": (mark(PROGRAM, compress_type=zipfile.ZIP_LZMA), "compressed in an unknown way"),
    "large": (add("tasks/evil/vectors.safetensors", bytes(MOST_FILE_BYTES + 1)), "larger than 16 MB"),
    "missing file": (lambda entries: entries[1:], "manifest and its files differ"),
    "no manifest": (lambda entries: entries[:-1], "it has no manifest.json"),
    "another manifest": (manifest(lambda document: ["no"]), "not one of Simsmith's"),
    "another format": (manifest(lambda document: document.update(format="zoo")), "not one of Simsmith's"),
    "newer": (manifest(lambda document: document.update(schema_version=2)), "version 2, this Simsmith reads 1"),
    "no tasks": (manifest(lambda document: document.pop("tasks") and None), "manifest.json is not complete"),
    "odd name": (manifest(lambda document: document["tasks"].update({"../x": {}})), "manifest.json is not complete"),
    "text": (lambda entries: [*entries[:-1], (entries[-1][0], b"{")], "manifest.json cannot be read"),
    "deep": (lambda entries: [*entries[:-1], (entries[-1][0], b"[" * 100_000)], "manifest.json cannot be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_export_writes_is_refused_as_a_whole(archive: Path, case: str) -> None:
    edit, reason = REFUSED[case]
    with pytest.raises(UsageError, match="is refused") as caught:
        contents(edited(archive, edit))
    assert str(archive) in caught.value.message
    assert reason in caught.value.message
    assert caught.value.remedy


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_in_it_twice_is_refused(archive: Path) -> None:
    with pytest.raises(UsageError, match=r"task.py' is in it twice"):
        contents(edited(archive, add(PROGRAM)))


def test_an_encrypted_file_is_refused(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 0x1
    archive.write_bytes(data)
    with pytest.raises(UsageError, match="is encrypted"):
        contents(archive)


def test_what_is_cut_off_or_no_archive_at_all_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for data in (b"", b"PK", b"hello" * 100, whole[:-1], whole[: len(whole) // 2], whole[:-22], whole + b"\n"):
        archive.write_bytes(data)
        with pytest.raises(UsageError, match="no zip file, or it is cut off"):
            contents(archive)
    with pytest.raises(UsageError, match="cannot be read"):
        contents(tmp_path / "nothing.zip")
    with pytest.raises(UsageError, match="cannot be read"):
        contents(tmp_path)


@pytest.mark.parametrize("long_form", [False, True])
def test_a_list_of_entries_that_no_memory_holds_is_not_read(archive: Path, long_form: bool) -> None:
    end = b""
    if long_form:
        end = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1 << 40, 1 << 40, 1 << 50, 0)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    end += struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFF0, 0, 0)
    archive.write_bytes(archive.read_bytes()[:-22] + end)
    with pytest.raises(UsageError, match="lists more than 100,000 tasks"):
        contents(archive)


def test_another_program_in_the_archive_is_damage_of_that_task_alone(archive: Path) -> None:
    def edit(entries: Entries) -> Entries:
        return [(info, b"import os\n" if info.filename == PROGRAM else content) for info, content in entries]

    with open_archive(edited(archive, edit)) as opened:
        with pytest.raises(LibraryDamaged, match=r"task.py in .* is not what was exported"):
            opened.contents("put-block-in-bowl")
        assert opened.contents("towers-of-hanoi")


@pytest.mark.parametrize("declared", [100, MOST_FILE_BYTES])
def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_read(archive: Path, declared: int) -> None:
    edited(archive, lambda entries: [(info, content) for info, content in entries if info.filename != PROGRAM])
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(200)) + bomb.flush()
    with zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr(zipfile.ZipInfo(PROGRAM), packed)
    data = archive.read_bytes()
    local, listed = data.index(b"PK\3\4", data.rindex(b"PK\3\4") - 1), data.rindex(b"PK\1\2")
    changed = bytearray(data)
    for place in (local + 8, listed + 10):  # deflated; sizes as declared
        struct.pack_into("<H", changed, place, zipfile.ZIP_DEFLATED)
        struct.pack_into("<L", changed, place + 14, declared)
    archive.write_bytes(changed)
    with open_archive(archive) as opened:
        tracemalloc.start()
        with pytest.raises(LibraryDamaged, match=r"task.py in .* (cannot be read|is not what was exported)"):
            opened.contents("put-block-in-bowl")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert opened.contents("towers-of-hanoi")
    assert peak < 4 * MOST_FILE_BYTES


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_byte_is_wrong_nothing_wrong_is_read(sound: Path, data: st.DataObject) -> None:
    whole = sound.read_bytes()
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    copy = sound.with_name("changed.zip")
    copy.write_bytes(changed)
    try:
        read = contents(copy)
    except (UsageError, LibraryDamaged):
        return
    assert read == contents(sound)


@pytest.mark.parametrize("row", [np.ones(10), np.ones(384), np.full(384, np.nan), np.zeros(384), np.eye(384)])
def test_vectors_that_no_model_makes_are_made_anew(
    filled: TaskLibrary, archive: Path, tmp_path: Path, row: NDArray[np.float64]
) -> None:
    files = contents(archive)["towers-of-hanoi"]
    vectors = row.astype(np.float32)
    record = filled.get("towers-of-hanoi")
    maker = f"{LetterEmbedder.name}/{INDEX_VERSION}"
    forged = pack_vectors(dict.fromkeys(EMBEDDED_VIEWS, vectors), maker, source_hash(record))
    other = TaskLibrary(tmp_path / "other", LetterEmbedder())
    other.add(put_task(), PICTURES)
    other.adopt({**files, VECTORS: forged}, "towers-of-hanoi")
    assert other.files.read_contents("towers-of-hanoi") == files
    assert [hit.name for hit in other.search("move the rings", k=1)] == ["towers-of-hanoi"]


def test_files_that_are_nested_without_end_are_damage(archive: Path, letters: TaskLibrary) -> None:
    files = contents(archive)["towers-of-hanoi"]
    with pytest.raises(LibraryDamaged, match=r"task.json is not JSON"):
        letters.adopt({**files, "task.json": b"[" * 100_000}, "towers-of-hanoi")
    nested = b"[" * 100_000
    letters.adopt({**files, VECTORS: len(nested).to_bytes(8, "little") + nested}, "towers-of-hanoi")
    assert letters.files.read_contents("towers-of-hanoi") == files


def test_an_archive_that_says_it_unpacks_to_more_than_any_library_is_refused(archive: Path) -> None:
    edited(archive, lambda entries: [(zipfile.ZipInfo(f"tasks/t{n}/task.py"), b"x") for n in range(1025)])
    data = bytearray(archive.read_bytes())
    place = data.find(b"PK\1\2")
    while place >= 0:
        struct.pack_into("<L", data, place + 24, MOST_FILE_BYTES)
        place = data.find(b"PK\1\2", place + 4)
    archive.write_bytes(data)
    with pytest.raises(UsageError, match="unpacks to more than 16 GB"):
        contents(archive)
