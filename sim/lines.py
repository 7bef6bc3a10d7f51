"""Which line of a candidate's program put an object or a goal into the scene."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from sim.layout import MAX_GOALS, MAX_OBJECTS, Frozen

CANDIDATE = "<candidate>"  # the file's name that a candidate is compiled with
Line = Annotated[int, Field(ge=1)] | None


class Lines(Frozen):
    """Where everything was added, None where no line of the candidate's did.

    Attributes:
        objects: A line for each object, in the order of adding.
        goals: A line for each goal.
    """

    objects: Annotated[tuple[Line, ...], Field(max_length=MAX_OBJECTS)] = ()
    goals: Annotated[tuple[Line, ...], Field(max_length=10 * MAX_GOALS)] = ()

    def of(self, values: Mapping[str, Any], about: str = "goal") -> int | None:
        """The line of the object (`object`, its handle) or the goal (`goal`, from 1 on) that a finding is about.

        Args:
            values: What the finding names.
            about: Which of the two to take, when it names both.
        """
        numbered = {"object": self.objects, "goal": self.goals}
        for key in (about, *numbered):
            number, lines = values.get(key), numbered[key]
            if isinstance(number, int) and 1 <= number <= len(lines):
                return lines[number - 1]
        return None


def candidate_line() -> int | None:
    """The line of the candidate's program that is being run: of the innermost frame that is its own."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != CANDIDATE:
        frame = frame.f_back  # type: ignore[assignment]
    return frame.f_lineno if frame is not None else None
