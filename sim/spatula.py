"""Push with a spatula: the motion primitive for piles.

A blade comes down at the first place, is pushed straight to the second across its own width, and is lifted. It is
dragged by a constraint of limited force, step by step, so what it pushes collides, slides and is lost as in the real
world. Lengths are metres, angles radians.
"""

from __future__ import annotations

import math

from sim.action import Action, Outcome
from sim.arm import Arm
from sim.geometry import smooth, yaw_quaternion
from sim.layout import Vector3
from sim.world import World

BLADE = (0.006, 0.11, 0.05)  # thickness, width and height
FORCE = 30.0  # newtons; a pile of fifty small blocks takes less than three
STOPPED = 0.03  # metres that the blade lags behind when it cannot go on; at full speed it lags by 15 mm
MEAN_SPEED = 0.002  # metres a step: 0.48 m/s
CLEAR = 0.001  # the blade's edge over the table
MOVED = 0.001


class Spatula:
    """The spatula at work in a world."""

    def __init__(self, world: World, arm: Arm) -> None:
        self.world = world
        self.arm = arm
        self.tip: tuple[Vector3, float] | None = None

    def run(self, action: Action) -> Outcome:
        """Does one push, and waits until everything is still."""
        world = self.world
        (x, y, _), (end_x, end_y, _) = action.pick, action.place
        for place in ((x, y), (end_x, end_y)):
            if self.arm.reach((*place, CLEAR)) is None:
                return Outcome(reason=f"the arm cannot reach ({place[0]:.3f}, {place[1]:.3f})", trouble="reach")
        yaw = math.atan2(end_y - y, end_x - x)
        before = world.poses()
        blade = self._add_blade((x, y), yaw)
        under = self._under(blade)
        if under is not None:
            world.client.removeBody(blade)
            reason = f"the spatula comes down on {world.name(under)} at ({x:.3f}, {y:.3f})"
            return Outcome(reason=reason, trouble="covered")
        arrived = self._push(blade, (x, y), (end_x, end_y), yaw)
        world.client.removeBody(blade)
        world.settle()
        now = world.poses()
        moved = tuple(handle for handle in now if math.dist(now[handle][0], before[handle][0]) > MOVED)
        if arrived:
            return Outcome(moved)
        reason = "the spatula was stopped on its way: what it pushes cannot give way"
        return Outcome(moved, reason, trouble="stopped")

    def _add_blade(self, place: tuple[float, float], yaw: float) -> int:
        client, half = self.world.client, [length / 2 for length in BLADE]
        shape = client.createCollisionShape(client.GEOM_BOX, halfExtents=half)
        middle = (*place, CLEAR + half[2])
        return int(client.createMultiBody(1.0, shape, basePosition=middle, baseOrientation=yaw_quaternion(yaw)))

    def _under(self, blade: int) -> int | None:
        """The object that the blade would come down on."""
        for spec in self.world.layout.objects:
            touching = self.world.is_solid(spec.id) and self.world.client.getClosestPoints(
                blade, self.world.body(spec.id), distance=0.0
            )
            if touching:
                return spec.id
        return None

    def _push(self, blade: int, start: tuple[float, float], end: tuple[float, float], yaw: float) -> bool:
        """Pushes the blade along; whether it arrived."""
        client, rotation = self.world.client, yaw_quaternion(yaw)
        height = CLEAR + BLADE[2] / 2
        constraint = client.createConstraint(
            blade, -1, -1, -1, client.JOINT_FIXED, (0, 0, 0), (0, 0, 0), (*start, height), (0, 0, 0, 1), rotation
        )
        count = max(1, math.ceil(math.dist(start, end) / MEAN_SPEED))
        for index in range(1, count + 1):
            part = smooth(index / count)  # a blade that stops at once would send things on ahead
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            self.tip = ((x, y, CLEAR), yaw)
            client.changeConstraint(constraint, (x, y, height), rotation, maxForce=FORCE)
            self.world.step()
            if math.dist(client.getBasePositionAndOrientation(blade)[0][:2], (x, y)) > STOPPED:
                break
        client.removeConstraint(constraint)
        return index == count
