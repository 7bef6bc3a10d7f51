"""What published files do with `os`: they put names of assets together, and throw filled templates away."""

from __future__ import annotations

from posixpath import basename, dirname, join, splitext

from sim.errors import TaskError
from sim.task import FilledAsset

__all__ = ["basename", "dirname", "exists", "isfile", "join", "remove", "splitext"]


def exists(_path: object) -> bool:
    """No path leads to a file: assets are known by name, and filled templates are never written."""
    return False


isfile = exists


def remove(path: object) -> None:
    """Throws a filled template away: nothing to do, for there is no file of it.

    Raises:
        TaskError: `forbidden-name` for anything else.
    """
    if not isinstance(path, FilledAsset):
        message = f"os.remove of {str(path)[:80]!r}, which fill_template did not make"
        raise TaskError("forbidden-name", message, "a task lays out a scene; it touches no files")
