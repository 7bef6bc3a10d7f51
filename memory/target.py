"""Where an export goes: it appears complete or not at all, and takes nobody's place unasked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import EnvironmentBroken, UsageError


@contextmanager
def new_target(target: Path, *, replaces: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """A path to write a file or a folder to, which becomes the target when the block ends without an error.

    Args:
        target: Where it shall lie in the end.
        replaces: Whether what lies there may be replaced; None: nothing may.

    Raises:
        UsageError: The target exists and may not be replaced, or there is no folder for it.
        EnvironmentBroken: The disk refuses.
    """
    _require_free(target, replaces)
    try:
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}-"))
    except OSError as error:
        raise _refused(target, error) from error
    try:
        yield work / "new"
        _require_free(target, replaces)
        _put(work / "new", target, work / "old")
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put(new: Path, target: Path, old: Path) -> None:
    """Put what was written in the place of the target, a file in one step; what was there goes back if that fails."""
    if not target.is_dir():
        new.replace(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise


def _require_free(target: Path, replaces: Callable[[Path], bool] | None) -> None:
    if not target.name or not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}", "make it first, or choose another place")
    if target.exists() or target.is_symlink():
        if replaces is None:
            raise UsageError(f"{target} exists already", "choose another name, or replace it with --force")
        if target.is_symlink() or not replaces(target):
            raise UsageError(f"{target} is not what an export writes: it is not replaced", "choose another name")


def _refused(target: Path, error: OSError) -> EnvironmentBroken:
    return EnvironmentBroken(f"{target} cannot be written: {error.strerror}", "choose another place")
