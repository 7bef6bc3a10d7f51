"""The errors of this room."""

from __future__ import annotations

from sim.errors import FileDamaged


class LibraryDamaged(FileDamaged):
    """A file of the home does not hold what was written into it (exit code 3)."""


class WrittenByNewer(LibraryDamaged):
    """A file of the home is not damaged, but of a version that this one does not know."""
