"""The archive: tasks of a library in one file, to keep or to hand on.

    manifest.json                 what this is, and the SHA-256 of every file
    tasks/<name>/task.py, ...     the files of each task's folder, byte for byte

It is a zip file. The same tasks give the same bytes on every machine and on every day: names in order, one date, and
stored as they are, since what deflate makes of them depends on the version of zlib.

An archive may come from anybody. So nothing is unpacked to disk, no other paths than these are accepted, and what is
read is counted while it is read, whatever the archive says of its sizes.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from memory.check import Problem
from memory.contents import TASK_FILES
from memory.errors import LibraryDamaged
from memory.files import TaskFiles, is_task_name
from memory.record import TaskName
from memory.target import new_target
from sim.errors import UsageError
from sim.layout import Frozen

FORMAT = "simsmith-tasks"
SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that zip knows

MOST_TASKS = 100_000
MOST_ENTRIES = MOST_TASKS * len(TASK_FILES) + 1
MOST_FILE_BYTES = 16 << 20
MOST_MANIFEST_BYTES = 64 << 20
MOST_BYTES = 16 << 30
# The list of entries at the end of the file: its fixed part, the longest path and zip's additions for large files.
MOST_LIST_BYTES = MOST_ENTRIES * 200

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_REMEDY = "get the archive again, or export it anew with `simsmith library export`"


class Manifest(Frozen):
    """What an archive says of itself.

    Attributes:
        format: What kind of archive it is.
        schema_version: Version of its shape.
        tasks: For each task the SHA-256 of every file.
    """

    format: str = FORMAT
    schema_version: int = SCHEMA_VERSION
    tasks: dict[TaskName, dict[str, str]]


class Exported(Frozen):
    """What an export wrote.

    Attributes:
        target: The file or folder.
        tasks: The tasks in it.
        problems: The tasks that were left out, and why.
    """

    target: str
    tasks: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


# -- writing ---------------------------------------------------------------------------------------------------------


def export_archive(files: TaskFiles, names: Sequence[str], target: Path, *, overwrite: bool = False) -> Exported:
    """Write tasks to an archive; damaged ones are left out and named.

    Args:
        files: The library's files.
        names: The tasks; all when there is none.
        target: The archive.
        overwrite: Replace a file of this name.

    Raises:
        UsageError: A task is unknown, there is nothing to write, or the target exists.
        EnvironmentBroken: The disk refuses.
    """
    problems: list[Problem] = []
    with new_target(target, replaces=Path.is_file if overwrite else None) as path:
        written = _write(path, sound_tasks(files, chosen(files, names), problems))
        require_some(written, problems)
    return Exported(target=str(target), tasks=tuple(written), problems=tuple(problems))


def chosen(files: TaskFiles, names: Sequence[str]) -> list[str]:
    """These tasks in order, or all; a UsageError for one that is unknown."""
    for name in names:
        files.require(name)
    return sorted(set(names)) if names else files.names()


def require_some(written: Sequence[str], problems: Sequence[Problem]) -> None:
    """Raise a UsageError when nothing was written."""
    if not written:
        why = f"all {len(problems)} tasks are damaged" if problems else "the library is empty"
        raise UsageError(f"there is nothing to export: {why}", "see simsmith library check")


def sound_tasks(
    files: TaskFiles, names: Iterable[str], problems: list[Problem]
) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The files of each task; one that cannot be read is left out and noted in `problems`."""
    for name in names:
        try:
            contents = files.read_contents(name)
        except (LibraryDamaged, UsageError) as error:
            problems.append(Problem(name=name, problem=error.message, remedy=error.remedy))
        else:
            yield name, contents


def _write(path: Path, tasks: Iterable[tuple[str, Mapping[str, bytes]]]) -> list[str]:
    hashes: dict[str, dict[str, str]] = {}
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, contents in tasks:
                for file_name in sorted(contents):
                    archive.writestr(_entry(f"tasks/{name}/{file_name}"), contents[file_name])
                hashes[name] = {file_name: _sha256(contents[file_name]) for file_name in sorted(contents)}
            manifest = Manifest(tasks=hashes).model_dump()
            archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return list(hashes)


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, MOMENT)
    entry.create_system = 3  # Unix, wherever this runs
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


# -- reading ---------------------------------------------------------------------------------------------------------


class Archive:
    """An open archive whose shape was checked; made by `open_archive`.

    Attributes:
        names: Its tasks in alphabetical order.
    """

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self._left = MOST_BYTES
        entries = _checked_entries(file, archive)
        self._tasks = self._manifest(entries).tasks
        listed = {f"tasks/{name}/{file_name}" for name, hashes in self._tasks.items() for file_name in hashes}
        if strangers := sorted(listed ^ (set(entries) - {MANIFEST})):
            raise refused(file, f"its manifest and its files differ in {strangers[0]!r}")
        self.names = sorted(self._tasks)

    def contents(self, name: str) -> dict[str, bytes]:
        """The files of a task, as the manifest vouches for them; about as large in memory as they are.

        Raises:
            LibraryDamaged: One of them is damaged; other tasks can still be read.
            UsageError: The archive holds more than any library.
        """
        return {file_name: self._verified(name, file_name) for file_name in sorted(self._tasks[name])}

    def _verified(self, name: str, file_name: str) -> bytes:
        path = f"tasks/{name}/{file_name}"
        try:
            content = self._read(path, MOST_FILE_BYTES)
        except (*_DAMAGE, OSError) as error:
            raise LibraryDamaged(f"{path} in {self._file} cannot be read: {error}", _REMEDY) from error
        if _sha256(content) != self._tasks[name][file_name]:
            raise LibraryDamaged(f"{path} in {self._file} is not what was exported", _REMEDY)
        return content

    def _read(self, path: str, most: int) -> bytes:
        """What an entry really holds; a ValueError when it is more than `most` bytes."""
        with self._archive.open(path) as entry:
            content = entry.read(most + 1)
        if len(content) > most:
            raise ValueError(f"it is larger than {most >> 20} MB")
        self._left -= len(content)
        if self._left < 0:
            raise refused(self._file, f"it holds more than {MOST_BYTES >> 30} GB")
        return content

    def _manifest(self, entries: Mapping[str, zipfile.ZipInfo]) -> Manifest:
        if MANIFEST not in entries:
            raise refused(self._file, f"it has no {MANIFEST}", "export tasks with `simsmith library export`")
        try:
            document = json.loads(self._read(MANIFEST, MOST_MANIFEST_BYTES))
            if not isinstance(document, dict) or document.get("format") != FORMAT:
                raise refused(self._file, f"its {MANIFEST} is not one of Simsmith's")
            version = document.get("schema_version")
            if isinstance(version, int) and version > SCHEMA_VERSION:
                told = f"it has version {version}, this Simsmith reads {SCHEMA_VERSION}"
                raise refused(self._file, told, "update Simsmith")
            return Manifest.model_validate(document)
        except ValidationError as error:
            raise refused(self._file, f"its {MANIFEST} is not complete") from error
        except (*_DAMAGE, OSError) as error:
            raise refused(self._file, f"its {MANIFEST} cannot be read: {error}") from error


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Open an archive and check its shape before anything of it is used.

    Raises:
        UsageError: There is no such file, or it is no archive of tasks, is cut off, or holds what none may hold.
    """
    try:
        opened = file.open("rb")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "check the path") from error
    with opened:
        _check_end(file, opened)
        try:
            archive = zipfile.ZipFile(opened)
        except (*_DAMAGE, OSError) as error:
            raise refused(file, f"it is damaged: {error}") from error
        with archive:
            yield Archive(file, archive)


def refused(file: Path, why: str, remedy: str = _REMEDY) -> UsageError:
    """What is said of an archive that is not read."""
    return UsageError(f"the archive {file} is refused: {why}", remedy)


def _check_end(file: Path, opened: IO[bytes]) -> None:
    """Check that the archive ends as one does, and that the list of its entries, which is read at once, is not huge.

    The layout is that of PKWARE's APPNOTE, sections 4.3.14 to 4.3.16.
    """
    size = opened.seek(0, os.SEEK_END)
    opened.seek(max(0, size - 98))
    tail = opened.read(98)
    if size < 22 or tail[-22:-18] != b"PK\5\6" or tail[-2:] != b"\0\0":
        raise refused(file, "it is no zip file, or it is cut off")
    (length,) = struct.unpack("<L", tail[-10:-6])
    if tail[-42:-38] == b"PK\6\7":  # more or larger entries than the short form can say
        if tail[-98:-94] != b"PK\6\6":
            raise refused(file, "it is cut off")
        (length,) = struct.unpack("<Q", tail[-58:-50])
    if length > MOST_LIST_BYTES:
        raise refused(file, f"it lists more than {MOST_TASKS:,} tasks")


def _checked_entries(file: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries by path; a UsageError for what no export makes."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        path = entry.orig_filename
        if why := _fault(entry, path):
            raise refused(file, f"{path[:200]!r} {why}")
        if path in entries:
            raise refused(file, f"{path!r} is in it twice")
        entries[path] = entry
    if len(entries) > MOST_ENTRIES:
        raise refused(file, f"it holds more than {MOST_TASKS:,} tasks")
    if sum(entry.file_size for entry in entries.values()) > MOST_BYTES:
        raise refused(file, f"it unpacks to more than {MOST_BYTES >> 30} GB")
    return entries


def _fault(entry: zipfile.ZipInfo, path: str) -> str:
    """What is wrong with an entry; empty when nothing is."""
    folder, _, rest = path.partition("/")
    name, _, file_name = rest.partition("/")
    if path != MANIFEST and not (folder == "tasks" and is_task_name(name) and file_name in TASK_FILES):
        return "is no path of a task's file"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or a device, not a file"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in an unknown way"
    most = MOST_MANIFEST_BYTES if path == MANIFEST else MOST_FILE_BYTES
    return f"is larger than {most >> 20} MB" if entry.file_size > most else ""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
