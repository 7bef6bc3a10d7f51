"""The library on disk: one folder a task, readable by people, complete or not there.

    <home>/library/<name>/             the files of a task, see `memory.contents`
    <home>/trash/<name>-<time>/        what was removed

These files are the truth; the index is made from them.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from memory.atomic import TEMPORARY_PREFIX, flush_folder, write_atomically, write_through
from memory.contents import (
    DOCUMENT,
    PROGRAM,
    TASK_FILES,
    VECTORS,
    damaged,
    parse_contents,
    read_document,
    read_record,
)
from memory.home import HOME_REMEDY
from memory.record import NAME_PATTERN, TaskRecord
from sim.errors import EnvironmentBroken, UsageError, did_you_mean

_TRASHED = re.compile(r"(?P<name>.+)-\d{8}T\d{12}")


def is_task_name(name: str) -> bool:
    """Whether this can be the name of a task (and of its folder)."""
    return re.fullmatch(NAME_PATTERN, name) is not None


class TaskFiles:
    """The task folders of a home. Writers hold the library's lock; readers need none.

    Args:
        home: The home; made when the first task is written.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "library"
        self.trash = home / "trash"

    def prepare(self) -> None:
        """Make the home, and prove by writing that it can be written.

        Raises:
            EnvironmentBroken: It cannot.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.home, prefix=TEMPORARY_PREFIX) as file:
                file.write(b"\n")
        except OSError as error:
            raise EnvironmentBroken(f"the home {self.home} cannot be written: {error.strerror}", HOME_REMEDY) from error

    def stamp(self) -> int:
        """When a task last came or went, in nanoseconds: the file system notes every rename in the folder; 0: never."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def identity(self) -> str:
        """The library's id, which tells it from others on a Chroma server; with the library's lock held.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        path = self.home / "library-id"
        try:
            if not path.exists():
                write_atomically(path, secrets.token_hex(8).encode())
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentBroken(f"{path} cannot be read or written: {error}", HOME_REMEDY) from error

    def names(self) -> list[str]:
        """The names of all task folders in alphabetical order, damaged ones too.

        Raises:
            EnvironmentBroken: The folder cannot be read.
        """
        return sorted(name for name, is_folder in self._entries() if is_folder and is_task_name(name))

    def is_empty(self) -> bool:
        """Whether there is no task."""
        return not any(is_folder and is_task_name(name) for name, is_folder in self._entries())

    def exists(self, name: str) -> bool:
        """Whether there is a folder for this task."""
        return is_task_name(name) and (self.folder / name).is_dir()

    def require(self, name: str) -> Path:
        """The folder of a task.

        Raises:
            UsageError: There is none; names near ones.
        """
        if not self.exists(name):
            names = self.names()
            raise UsageError(f"no task {name!r} in the library", did_you_mean(name, names) if names else "it is empty")
        return self.folder / name

    def require_free(self, name: str) -> None:
        """Raise a UsageError when there is a task of this name already."""
        if self.exists(name):
            raise UsageError(
                f"there is a task {name!r} in the library already",
                f"choose another name, or remove it first with `simsmith library remove {name}`",
            )

    def read(self, name: str) -> TaskRecord:
        """The record of a task; that its pictures are there is looked at, not what they hold.

        Raises:
            UsageError: There is no such task.
            LibraryDamaged: A file is missing or does not hold what was written into it.
        """
        folder = self.require(name)
        document = read_document(_read_file(folder / DOCUMENT), name)
        record = read_record(document, _read_file(folder / PROGRAM), name)
        for picture in document["pictures"]:
            if not (folder / f"{picture}.png").is_file():
                raise damaged(name, f"{picture}.png", "is missing")
        return record

    def read_contents(self, name: str) -> dict[str, bytes]:
        """All files of a task, by name, every hash compared; raises as `read`."""
        folder = self.require(name)
        contents = {file: _read_file(folder / file) for file in sorted(TASK_FILES) if (folder / file).exists()}
        parse_contents(contents, name)
        return contents

    def read_vectors(self, name: str) -> bytes:
        """The vectors that lie beside a task; empty when there are none."""
        try:
            return (self.folder / name / VECTORS).read_bytes()
        except OSError:
            return b""

    def write(self, name: str, contents: Mapping[str, bytes]) -> None:
        """Write a new task's folder: it appears complete or not at all.

        Args:
            name: The task's name.
            contents: Its files, see `memory.contents`.

        Raises:
            UsageError: The name is taken.
            EnvironmentBroken: The disk refuses.
        """
        self.require_free(name)
        try:
            temporary = Path(tempfile.mkdtemp(dir=self.folder, prefix=TEMPORARY_PREFIX))
            temporary.chmod(0o755)
            for file_name, content in contents.items():
                write_through(temporary / file_name, content)
            flush_folder(temporary)
            temporary.rename(self.folder / name)
            flush_folder(self.folder)
        except OSError as error:
            self.clear_leftovers()
            raise EnvironmentBroken(
                f"the task {name!r} cannot be written to {self.folder}: {error.strerror}", HOME_REMEDY
            ) from error

    def write_vectors(self, name: str, content: bytes) -> None:
        """Put vectors beside a task, in place of those that are there.

        Raises:
            UsageError: There is no such task.
            EnvironmentBroken: The disk refuses.
        """
        folder = self.require(name)
        try:
            write_atomically(folder / VECTORS, content)
        except OSError as error:
            raise EnvironmentBroken(f"{folder / VECTORS} cannot be written: {error.strerror}", HOME_REMEDY) from error

    def discard(self, name: str) -> Path:
        """Move a task's folder to the trash; returns where it lies now.

        Raises:
            UsageError: There is no such task.
            EnvironmentBroken: The disk refuses.
        """
        folder = self.require(name)
        target = self.trash / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        self._move(folder, target)
        return target

    def trashed(self) -> list[tuple[str, Path]]:
        """The removed tasks and their folders in the trash, the one removed last first."""
        if not self.trash.is_dir():
            return []
        found = [(_TRASHED.fullmatch(path.name), path) for path in self.trash.iterdir()]
        tasks = [(match["name"], path) for match, path in found if match and is_task_name(match["name"])]
        return sorted(tasks, key=lambda item: item[1].name[-21:], reverse=True)

    def restore(self, name: str) -> None:
        """Move the task of this name that was removed last back into the library.

        Raises:
            UsageError: None of this name is in the trash, or the name is taken.
            EnvironmentBroken: The disk refuses.
        """
        self.require_free(name)
        trashed = self.trashed()
        folder = next((path for known, path in trashed if known == name), None)
        if folder is None:
            near = did_you_mean(name, [known for known, _ in trashed]) if trashed else "it is empty"
            raise UsageError(f"no task {name!r} in the trash", near)
        self._move(folder, self.folder / name)

    def _move(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(exist_ok=True)
            source.rename(target)
            flush_folder(target.parent)
            flush_folder(source.parent)
        except OSError as error:
            raise EnvironmentBroken(f"{source} cannot be moved to {target}: {error.strerror}", HOME_REMEDY) from error

    def leftovers(self) -> list[Path]:
        """What interrupted writes left behind (only with the library's lock held: otherwise writes in progress too)."""
        found = [self.folder / name for name, _ in self._entries() if name.startswith(TEMPORARY_PREFIX)]
        found += [*self.folder.glob(f"*/{TEMPORARY_PREFIX}*"), *self.home.glob(f"{TEMPORARY_PREFIX}*")]
        return sorted(found)

    def clear_leftovers(self) -> None:
        """Delete what interrupted writes left behind; with the library's lock held."""
        for entry in self.leftovers():
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)

    def foreign(self) -> list[Path]:
        """What lies in the library without belonging there."""
        names = self.names()
        strangers = {name for name, _ in self._entries() if not name.startswith(TEMPORARY_PREFIX)} - set(names)
        inside = [item for name in names for item in sorted((self.folder / name).iterdir())]
        return [self.folder / name for name in sorted(strangers)] + [
            item for item in inside if item.name not in TASK_FILES and not item.name.startswith(TEMPORARY_PREFIX)
        ]

    def _entries(self) -> Iterator[tuple[str, bool]]:
        """Everything that lies in the library's folder: name, and whether it is a folder.

        Raises:
            EnvironmentBroken: The folder cannot be read.
        """
        try:
            with os.scandir(self.folder) as found:
                yield from ((entry.name, entry.is_dir()) for entry in found)
        except FileNotFoundError:
            return
        except OSError as error:
            raise EnvironmentBroken(
                f"the library {self.folder} cannot be read: {error.strerror}", HOME_REMEDY
            ) from error


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise damaged(path.parent.name, path.name, "is missing") from error
    except OSError as error:
        raise damaged(path.parent.name, path.name, f"cannot be read: {error.strerror}") from error
