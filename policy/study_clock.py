"""How long a study was at work, and with which code: of all its runs, also of those that were killed."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from pydantic import ValidationError

from memory.atomic import write_atomically
from memory.errors import LibraryDamaged
from sim.layout import Frozen

EVERY = 30.0  # seconds between two notes


class _Worked(Frozen):
    """What the file says."""

    seconds: float = 0.0
    runs: int = 0
    commits: tuple[str, ...] = ()


class Clock:
    """Counts while its context is open, and notes the time now and then.

    Args:
        path: The file.
        commit: The commit of the code that runs; empty where it is not known.

    Raises:
        LibraryDamaged: The file cannot be read.
        OSError: The disk refuses.
    """

    def __init__(self, path: Path, commit: str) -> None:
        try:
            before = _Worked.model_validate_json(path.read_bytes()) if path.exists() else _Worked()
        except ValidationError:
            raise LibraryDamaged(f"{path} cannot be read", "remove it: the time is counted from 0 again") from None
        commits = (*before.commits, commit) if commit and commit not in before.commits else before.commits
        self._path, self._worked = path, _Worked(seconds=before.seconds, runs=before.runs + 1, commits=commits)
        self._began = time.perf_counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._note_now_and_then, daemon=True)

    @property
    def hours(self) -> float:
        """Hours at work so far, of all runs."""
        return (self._worked.seconds + time.perf_counter() - self._began) / 3600

    @property
    def commits(self) -> tuple[str, ...]:
        """The commits of all runs, each once."""
        return self._worked.commits

    @property
    def run(self) -> int:
        """The number of this run, from 1."""
        return self._worked.runs

    def __enter__(self) -> Clock:
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        with contextlib.suppress(OSError):
            self._write()

    def _note_now_and_then(self) -> None:
        while not self._ended.wait(EVERY):
            with contextlib.suppress(OSError):
                self._write()

    def _write(self) -> None:
        worked = self._worked.model_copy(update={"seconds": round(self.hours * 3600, 1)})
        write_atomically(self._path, worked.model_dump_json().encode())
