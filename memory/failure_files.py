"""Failures on disk: one file each, complete or not there, readable by people.

<home>/failures/<id>.json                  a failure
                vectors/<id>.safetensors   its vectors, made from it
<home>/failures.lock                       held by who writes
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from memory.atomic import TEMPORARY_PREFIX, write_atomically
from memory.check import Problem
from memory.errors import LibraryDamaged
from memory.failure import Failure, Reason
from memory.home import HOME_REMEDY
from memory.lock import held
from memory.migrations import FAILURE_STEPS, migrated
from sim.errors import EnvironmentBroken, UsageError

LOCK_SECONDS = 120.0
MOST_LETTERS = 160  # of a failure's reason in words that are kept in memory
ID_PATTERN = re.compile(r"[0-9a-f]{16}")
FILE_REMEDY = "delete that file, or restore it"


@dataclass(frozen=True, slots=True)
class Outline:
    """What is kept in memory of a failure: what it is chosen by, and what a list says of it."""

    id: str
    name: str
    detail: str
    reason: Reason
    codes: tuple[str, ...]
    count: int
    last_seen: str
    mended: bool
    accepted: bool

    @classmethod
    def of(cls, failure: Failure) -> Outline:
        """The outline of a failure."""
        repair = failure.repair
        return cls(
            id=failure.id,
            name=str(failure.proposal.get("name") or failure.title or failure.id),
            detail=failure.detail if len(failure.detail) <= MOST_LETTERS else f"{failure.detail[:MOST_LETTERS]}...",
            reason=failure.reason,
            codes=failure.codes,
            count=failure.count,
            last_seen=failure.last_seen,
            mended=repair is not None,
            accepted=repair is not None and repair.accepted,
        )


class FailureFiles:
    """The failures of a home. Writers hold the lock; readers need none.

    Args:
        home: The home; the folder is made at the first write.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "failures"
        self.vectors = self.folder / "vectors"
        self._known: dict[str, tuple[tuple[int, ...], Outline]] = {}

    def ids(self) -> list[str]:
        """The ids of all failures in alphabetical order, damaged ones too."""
        return sorted(path.stem for path in self._entries() if _is_failure(path))

    def read(self, name: str) -> Failure:
        """The failure of this id.

        Raises:
            UsageError: There is none.
            LibraryDamaged: Its file does not hold what was written into it, or a newer simsmith wrote it.
        """
        path = self.path(name)
        try:
            document = json.loads(path.read_bytes())
            if not isinstance(document, dict):
                raise LibraryDamaged(f"{path} does not describe a failure", FILE_REMEDY)
            failure = Failure.model_validate(migrated(document, FAILURE_STEPS, path))
        except FileNotFoundError:
            raise UsageError(f"no failure {name!r} is remembered", "see: simsmith library failures") from None
        except ValidationError as error:
            raise LibraryDamaged(f"{path} does not describe a failure", FILE_REMEDY) from error
        except ValueError as error:
            raise LibraryDamaged(f"{path} is not JSON", FILE_REMEDY) from error
        except OSError as error:
            raise LibraryDamaged(f"{path} cannot be read: {error.strerror}", FILE_REMEDY) from error
        if failure.id != name:
            raise LibraryDamaged(f"{path} describes another failure, {failure.id!r}", FILE_REMEDY)
        return failure

    def outlines(self) -> list[Outline]:
        """The outlines of all failures that can be read, by id; files that have not changed are not read again."""
        found: dict[str, tuple[tuple[int, ...], Outline]] = {}
        for name in self.ids():
            try:
                status = self.path(name).stat()
                state = (status.st_mtime_ns, status.st_ino, status.st_size)
                known = self._known.get(name)
                found[name] = known if known and known[0] == state else (state, Outline.of(self.read(name)))
            except (LibraryDamaged, UsageError, OSError):
                continue  # `problems` names it
        self._known = found
        return [outline for _, outline in found.values()]

    def write(self, failure: Failure) -> None:
        """Write a failure, in the place of its earlier state; with the lock held.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        document = failure.model_dump(mode="json")
        text = json.dumps(document, indent=2, ensure_ascii=False)
        self.put(self.path(failure.id), text.encode("utf-8", "replace") + b"\n")

    def put(self, path: Path, content: bytes) -> None:
        """Write one file; with the lock held.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise EnvironmentBroken(f"{path} cannot be written: {error.strerror}", HOME_REMEDY) from error

    def problems(self) -> list[Problem]:
        """Failures that cannot be read, and foreign files; changes nothing."""
        found = []
        for path in self._entries():
            if _is_failure(path):
                try:
                    self.read(path.stem)
                except (LibraryDamaged, UsageError) as error:
                    found.append(Problem(name=path.name, problem=error.message, remedy=error.remedy))
            elif path != self.vectors and not path.name.startswith(TEMPORARY_PREFIX):
                found.append(Problem(name=path.name, problem=f"{path} is no failure's", remedy="move it elsewhere"))
        return found

    def path(self, name: str) -> Path:
        """The file of a failure."""
        return self.folder / f"{name}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the failures against all other writers, and clears away what killed ones left.

        Raises:
            EnvironmentBroken: Another process does not let go of them, or the home cannot be written.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentBroken(f"the home {self.home} cannot be written: {error.strerror}", HOME_REMEDY) from error
        with held(self.home / "failures.lock", LOCK_SECONDS):
            self._clear_leftovers()
            yield

    def _clear_leftovers(self) -> None:
        for leftover in [*self.folder.glob(f"{TEMPORARY_PREFIX}*"), *self.vectors.glob(f"{TEMPORARY_PREFIX}*")]:
            try:
                leftover.unlink(missing_ok=True)
            except OSError as error:
                raise EnvironmentBroken(f"{leftover} cannot be deleted: {error.strerror}", HOME_REMEDY) from error

    def _entries(self) -> list[Path]:
        try:
            return sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EnvironmentBroken(f"{self.folder} cannot be read: {error.strerror}", HOME_REMEDY) from error


def _is_failure(path: Path) -> bool:
    return path.suffix == ".json" and ID_PATTERN.fullmatch(path.stem) is not None
