"""End effectors, motion primitives and cameras, as published files name them.

Only the choice between picking and pushing means something here: how the arm moves is not a task's business.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Motion(str):
    """The name of a motion primitive; published files also call it with speeds and heights, which changes nothing."""

    def __call__(self, *_arguments: Any, **_keywords: Any) -> Motion:
        """The same motion."""
        return self


push = Motion("push")
pick_place = PickPlace = Motion("pick_place")


class Suction:
    """The suction cup."""


class Spatula:
    """The spatula, which pushes."""


class Oracle:
    """A camera from above."""

    CONFIG: ClassVar[list[Any]] = []


class RealSenseD415:
    """The cameras of the field's setups."""

    CONFIG: ClassVar[list[Any]] = []
