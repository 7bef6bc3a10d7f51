"""What a robot does in one step of an episode, whatever its end effector: two places on the table.

The suction cup picks at the first and places at the second (`sim/suction.py`); the spatula is set down at the first and
pushed to the second (`sim/spatula.py`). Lengths are metres, angles radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from sim.layout import Vector3

Place = tuple[float, float, float]  # x, y, yaw
Trouble = Literal["", "nothing", "fixed", "steep", "reach", "lost", "covered", "stopped"]


@dataclass(frozen=True)
class Action:
    """One action: `pick` and `place`, (x, y, yaw) each.

    A picked object turns by the difference of the yaws; a push goes straight from the first place to the second, and
    its blade stands across the way, so that its yaws do not matter.
    """

    pick: Place
    place: Place


@dataclass(frozen=True)
class Outcome:
    """What became of an action.

    Attributes:
        moved: Handles of the objects that were picked and placed, or that the blade touched; empty: nothing was.
        reason: Why nothing was moved, or why a held object was lost; empty when all went well.
        under: The object under the cup; None for the spatula, and where there is only the table.
        picked: The object that the cup held, whether or not it came to the place.
        hit: What a held object that was lost had caught on.
        trouble: The reason as one word: `nothing` there to pick, `fixed`, too `steep` for the cup, out of `reach`,
            `lost` on the way, the spatula's place `covered`, or the spatula `stopped` on its way.
    """

    moved: tuple[int, ...] = ()
    reason: str = ""
    under: int | None = None
    picked: int | None = None
    hit: tuple[int, ...] = ()
    trouble: Trouble = ""


class EndEffector(Protocol):
    """A tool at work in a world.

    Attributes:
        tip: Where the tool's tip is, (x, y, z) and yaw; None before its first action.
    """

    tip: tuple[Vector3, float] | None

    def run(self, action: Action) -> Outcome:
        """Takes one action, and waits until everything is still."""
        ...
