"""What an import is given: tasks of another library with their proof, or programs that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from memory import LibraryDamaged, TaskRecord
from memory.archive import MOST_FILE_BYTES, open_archive
from memory.contents import DOCUMENT, TASK_FILES, parse_contents
from memory.files import is_task_name
from sim.errors import UsageError
from tools.commit import file_record
from tools.task_files import programs, task_files

ORIGIN = "imported"


@dataclass(frozen=True)
class Offer:
    """A task that is offered to a library.

    Attributes:
        name: Its name.
        source: Where it comes from: a file, or a folder.
        record: What it is.
        contents: The files of its folder, when it comes from a library.
    """

    name: str
    source: str
    record: TaskRecord
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class NoOffer:
    """What was found in place of a task.

    Attributes:
        name: The name that it would have.
        source: Where it is.
        fault: Why it cannot be read; empty for a file that holds no task, such as a base class.
    """

    name: str
    source: str
    fault: str = ""


@dataclass(frozen=True)
class Source:
    """Where offers come from.

    Attributes:
        count: How many tasks or files there are.
        names: The tasks, where they come from a library: they were compared with each other there.
        offers: Reads them, one at a time.
    """

    count: int
    names: frozenset[str]
    offers: Callable[[], Iterator[Offer | NoOffer]]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open an archive, a task file, a home, a library, or a folder of task files.

    Raises:
        UsageError: There is nothing of the kind, or the archive is refused as a whole.
    """
    if path.is_dir():
        yield _folder(path)
    elif path.suffix == ".py":
        yield Source(1, frozenset(), lambda: _file_offers([path]))
    elif path.is_file():
        with open_archive(path) as archive:
            yield _library_source(archive.names, str(path), archive.contents)
    else:
        raise UsageError(f"no file or folder {path}", "name an archive, a task file, or a folder")


def _folder(path: Path) -> Source:
    """A folder is a home, a library, an archive that was unpacked, a task of one of them, or holds task files."""
    if is_task_name(path.name) and (path / DOCUMENT).is_file():
        return _library_source([path.name], str(path.parent), partial(_contents, path.parent))
    for folder in (path / "library", path / "tasks", path):
        names = _task_names(folder)
        if names:
            return _library_source(names, str(folder), partial(_contents, folder))
    if (path / "library.lock").exists():  # a home: what lies in its trash and sessions is not meant
        raise UsageError(f"the library in {path} is empty", "name a folder with tasks in it")
    files = task_files(path)
    return Source(len(files), frozenset(), lambda: _file_offers(files))


def _task_names(folder: Path) -> list[str]:
    """The tasks in a library's folder; empty when it is none."""
    try:
        names = [entry.name for entry in sorted(folder.iterdir()) if entry.is_dir() and is_task_name(entry.name)]
    except OSError:
        return []
    return names if any((folder / name / DOCUMENT).is_file() for name in names) else []


def _library_source(names: Sequence[str], source: str, read: Callable[[str], Mapping[str, bytes]]) -> Source:
    return Source(len(names), frozenset(names), lambda: (_library_offer(name, source, read) for name in names))


def _library_offer(name: str, source: str, read: Callable[[str], Mapping[str, bytes]]) -> Offer | NoOffer:
    try:
        contents = read(name)
        return Offer(name, source, parse_contents(contents, name), contents)
    except LibraryDamaged as error:
        return NoOffer(name, source, error.message)


def _contents(folder: Path, name: str) -> dict[str, bytes]:
    """The files of a task's folder."""
    contents: dict[str, bytes] = {}
    for file_name in sorted(TASK_FILES):
        path = folder / name / file_name
        try:
            with path.open("rb") as file:
                contents[file_name] = file.read(MOST_FILE_BYTES + 1)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LibraryDamaged(f"{path} cannot be read: {error.strerror}") from error
        if len(contents[file_name]) > MOST_FILE_BYTES:
            raise LibraryDamaged(f"{path} is larger than {MOST_FILE_BYTES >> 20} MB")
    return contents


def _file_offers(files: list[Path]) -> Iterator[Offer | NoOffer]:
    for file in files:
        try:
            found = programs(file)
        except UsageError as error:
            if len(files) == 1:
                raise
            yield NoOffer(file.stem, str(file), error.message)
            continue
        for program in found:
            if program.is_task or len(files) == 1:
                yield Offer(program.name, str(file), file_record(program.source, program.name, ORIGIN))
            else:
                yield NoOffer(program.name, str(file))
