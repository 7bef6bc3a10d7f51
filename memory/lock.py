"""A lock file that one process holds, and in it one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memory.home import HOME_REMEDY
from sim.errors import EnvironmentBroken


@contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock against all other processes and threads.

    Args:
        path: The lock file; its folder is there.
        seconds: How long to wait for who holds it.

    Raises:
        EnvironmentBroken: Another one does not let go of it, or the home cannot be written.
    """
    import filelock

    lock = filelock.FileLock(path, timeout=seconds)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        told = f"has held {path} for {seconds:.0f} s" if seconds else f"holds {path}"
        raise EnvironmentBroken(f"another process {told}", "wait for it, or end it") from error
    except OSError as error:
        raise EnvironmentBroken(f"{path} cannot be locked: {error.strerror}", HOME_REMEDY) from error
    try:
        yield
    finally:
        lock.release()
