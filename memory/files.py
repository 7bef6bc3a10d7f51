"""The library on disk: one folder a task, readable by people, complete or not there.

    <home>/library/<name>/task.py      the program, character for character
                          task.json    everything else, and the hashes of the program and the pictures
                          before.png   the scene before and after the oracle's work
                          after.png
    <home>/trash/<name>-<time>/        what was removed

These files are the truth; the index is made from them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from memory.errors import LibraryDamaged
from memory.record import NAME_PATTERN, TaskRecord
from sim.errors import EnvironmentBroken, UsageError, did_you_mean

PICTURES = ("before", "after")
TASK_FILES = ("task.py", "task.json", *(f"{picture}.png" for picture in PICTURES), "vectors.safetensors")
TEMPORARY_PREFIX = ".tmp-"
HOME_REMEDY = "choose a folder that can be written with --home or SIMSMITH_HOME"
FILE_REMEDY = "take the task out with `simsmith library remove {name}` and add it again, or restore the file"


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

    def names(self) -> list[str]:
        """The names of all task folders in alphabetical order, damaged ones too."""
        return [entry.name for entry in self.entries() if entry.is_dir() and is_task_name(entry.name)]

    def entries(self) -> list[Path]:
        """Everything that lies in the library's folder, in alphabetical order.

        Raises:
            EnvironmentBroken: The folder cannot be read.
        """
        try:
            return sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EnvironmentBroken(
                f"the library {self.folder} cannot be read: {error.strerror}", HOME_REMEDY
            ) from error

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
        """The record of a task.

        Raises:
            UsageError: There is no such task.
            LibraryDamaged: A file is missing or does not hold what was written into it.
        """
        folder = self.require(name)
        document = _read_document(folder)
        code_hash, pictures = document.pop("code_sha256"), document.pop("pictures")
        code = _read_file(folder / "task.py")
        if _sha256(code) != code_hash:
            raise _damaged(folder / "task.py", "is not the program that was added")
        for picture in pictures:
            if not (folder / f"{picture}.png").is_file():
                raise _damaged(folder / f"{picture}.png", "is missing")
        try:
            record = TaskRecord.model_validate(document | {"code": code.decode()})
        except (ValidationError, UnicodeDecodeError) as error:
            raise _damaged(folder / "task.json", "does not describe a task") from error
        if record.name != name:
            raise _damaged(folder / "task.json", f"describes another task, {record.name!r}")
        return record

    def read_pictures(self, name: str) -> dict[str, bytes]:
        """The pictures of a task, PNG, by name (`before`, `after`).

        Raises:
            UsageError: There is no such task.
            LibraryDamaged: A picture is missing or not the one that was added.
        """
        folder = self.require(name)
        hashes: dict[str, str] = _read_document(folder)["pictures"]
        pictures = {picture: _read_file(folder / f"{picture}.png") for picture in hashes}
        for picture, content in pictures.items():
            if _sha256(content) != hashes[picture]:
                raise _damaged(folder / f"{picture}.png", "is not the picture that was added")
        return pictures

    def read_contents(self, name: str) -> dict[str, bytes]:
        """The verified bytes of a task's files, by file name; raises as `read`."""
        folder = self.require(name)
        contents = {path.name: _read_file(path) for path in sorted(folder.iterdir()) if path.name in TASK_FILES}
        parse_contents(contents, name)
        return contents

    def write(self, name: str, contents: Mapping[str, bytes]) -> None:
        """Write a new task's folder: it appears complete or not at all.

        Args:
            name: The task's name.
            contents: Its files, as `task_contents` makes them.

        Raises:
            UsageError: The name is taken.
            EnvironmentBroken: The disk refuses.
        """
        self.require_free(name)
        try:
            temporary = Path(tempfile.mkdtemp(dir=self.folder, prefix=TEMPORARY_PREFIX))
            temporary.chmod(0o755)
            for file_name, content in contents.items():
                _write_through(temporary / file_name, content)
            _flush_folder(temporary)
            temporary.rename(self.folder / name)
            _flush_folder(self.folder)
        except OSError as error:
            self.clear_leftovers()
            raise EnvironmentBroken(
                f"the task {name!r} cannot be written to {self.folder}: {error.strerror}", HOME_REMEDY
            ) from error

    def discard(self, name: str) -> Path:
        """Move a task's folder to the trash; returns where it lies now.

        Raises:
            UsageError: There is no such task.
            EnvironmentBroken: The disk refuses.
        """
        folder = self.require(name)
        target = self.trash / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        try:
            self.trash.mkdir(exist_ok=True)
            folder.rename(target)
        except OSError as error:
            raise EnvironmentBroken(f"{folder} cannot be moved to {target}: {error.strerror}", HOME_REMEDY) from error
        return target

    def leftovers(self) -> list[Path]:
        """What interrupted writes left behind (only with the library's lock held: otherwise writes in progress too)."""
        return [entry for entry in self.entries() if entry.name.startswith(TEMPORARY_PREFIX)]

    def clear_leftovers(self) -> None:
        """Delete what interrupted writes left behind; with the library's lock held."""
        for entry in self.leftovers():
            shutil.rmtree(entry, ignore_errors=True)

    def foreign(self) -> list[Path]:
        """What lies in the library without belonging there."""
        own = {"task.py", "task.json", *(f"{picture}.png" for picture in PICTURES)}
        tasks = [self.folder / name for name in self.names()]
        strangers = [
            item for item in self.entries() if item not in tasks and not item.name.startswith(TEMPORARY_PREFIX)
        ]
        return strangers + [item for folder in tasks for item in sorted(folder.iterdir()) if item.name not in own]


def parse_contents(contents: Mapping[str, bytes], name: str) -> TaskRecord:
    """The task that these files are, by file name.

    Raises:
        LibraryDamaged: They are no complete task of this name.
    """

    def damaged(file: str, what: str) -> LibraryDamaged:
        return LibraryDamaged(f"{name}: {file} {what}", FILE_REMEDY.format(name=name))

    for file in ("task.json", "task.py"):
        if file not in contents:
            raise damaged(file, "is missing")
    try:
        document = json.loads(contents["task.json"])
    except (ValueError, RecursionError) as error:
        raise damaged("task.json", "is not JSON") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("code_sha256"), str)
        or not isinstance(document.get("pictures"), dict)
        or not set(document["pictures"]) <= set(PICTURES)
    ):
        raise damaged("task.json", "does not describe a task")
    code_hash, pictures = document.pop("code_sha256"), document.pop("pictures")
    if _sha256(contents["task.py"]) != code_hash:
        raise damaged("task.py", "is not the program that was added")
    for picture in pictures:
        if f"{picture}.png" not in contents:
            raise damaged(f"{picture}.png", "is missing")
        if _sha256(contents[f"{picture}.png"]) != pictures[picture]:
            raise damaged(f"{picture}.png", "is not the picture that was added")
    try:
        record = TaskRecord.model_validate(document | {"code": contents["task.py"].decode()})
    except (ValidationError, UnicodeDecodeError) as error:
        raise damaged("task.json", "does not describe a task") from error
    if record.name != name:
        raise damaged("task.json", f"describes another task, {record.name!r}")
    return record


def task_contents(record: TaskRecord, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a task's folder, by name.

    Raises:
        UsageError: A picture has an unknown name, or something is not text.
    """
    unknown = sorted(set(pictures) - set(PICTURES))
    if unknown:
        raise UsageError(f"a task has no picture {unknown[0]!r}", did_you_mean(unknown[0], PICTURES))
    document = record.model_dump(exclude={"code"})
    document["pictures"] = {picture: _sha256(content) for picture, content in pictures.items()}
    try:
        code = record.code.encode()
        document["code_sha256"] = _sha256(code)
        described = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError as error:
        raise UsageError(f"{record.name!r} holds what is not text: {error.reason}", "write it as UTF-8") from error
    return {
        "task.py": code,
        "task.json": described,
        **{f"{picture}.png": content for picture, content in pictures.items()},
    }


def _read_document(folder: Path) -> dict[str, Any]:
    """What `task.json` holds, with `code_sha256` and `pictures` in it."""
    path = folder / "task.json"
    try:
        document = json.loads(_read_file(path))
    except ValueError as error:
        raise _damaged(path, "is not JSON") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("code_sha256"), str)
        or not isinstance(document.get("pictures"), dict)
        or not set(document["pictures"]) <= set(PICTURES)
    ):
        raise _damaged(path, "does not describe a task")
    return document


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(path, "is missing") from error
    except OSError as error:
        raise _damaged(path, f"cannot be read: {error.strerror}") from error


def _damaged(path: Path, what: str) -> LibraryDamaged:
    return LibraryDamaged(f"{path} {what}", FILE_REMEDY.format(name=path.parent.name))


def _write_through(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
