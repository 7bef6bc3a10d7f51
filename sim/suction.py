"""Pick and place with a suction cup: the motion primitive.

The cup comes straight down on the pick point, lifts what it meets, carries it over everything that stands in the way,
comes straight down at the place point until the held object rests on something, and lets go. The held object is
dragged by a constraint of limited force, step by step, so it collides, lags and is lost as a real one would be.
Lengths are metres, angles radians.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.action import Action, Outcome
from sim.arm import Arm
from sim.geometry import invert, multiply, rotate, smooth, wrap, yaw_quaternion
from sim.layout import WORKSPACE, Pose, Vector3
from sim.world import CARRIES, TABLE, World, free_fall

CLEARANCE = 0.03  # kept between the held object and what it passes over
STEEPEST = math.cos(math.radians(40.0))  # the cup does not seal on steeper surfaces
FORCE = 60.0  # newtons the cup holds
LOST = 0.04  # lag of the held object behind the cup at which the seal breaks
FASTEST = 0.008  # metres a step
FASTEST_ROPE = 0.002  # faster, what lies already would be dragged along
TURN = 0.06  # radians a step
LEAD = 0.004  # metres that the cup is ahead of the held object, at least, when it comes down
CREEP = 0.0002  # metres a step that it comes down in any case: what is wedged is lost in the end
STEADY = 0.0003  # metres of lag at which a held object hangs still under the cup
STEADYING = 30  # steps to wait for that, at most
DIRECTIONS = 36  # in which a rope may be apart from a thing


class Suction:
    """The suction cup at work in a world."""

    def __init__(self, world: World, arm: Arm) -> None:
        self.world = world
        self.arm = arm
        self.tip: tuple[Vector3, float] | None = None
        self._constraint: int | None = None

    def run(self, action: Action) -> Outcome:
        """Does one pick and place, and waits until everything is still."""
        world = self.world
        x, y, _ = action.pick
        handle, height, normal = world.hit(x, y)
        if handle == TABLE:
            return Outcome(reason=f"there is nothing to pick at ({x:.3f}, {y:.3f})", trouble="nothing")
        if world.is_fixed(handle):
            return Outcome(reason=f"{world.name(handle)} is fixed and cannot be picked", under=handle, trouble="fixed")
        if normal[2] < STEEPEST:
            reason = f"the cup does not seal on {world.name(handle)} at ({x:.3f}, {y:.3f}): too steep"
            return Outcome(reason=reason, under=handle, trouble="steep")
        for point in ((x, y, height), (action.place[0], action.place[1], height)):
            if self.arm.reach(point) is None:
                reason = f"the arm cannot reach ({point[0]:.3f}, {point[1]:.3f}, {point[2]:.3f})"
                return Outcome(reason=reason, under=handle, trouble="reach")
        self._grip(handle, (x, y, height))
        kept = self._carry(handle, (x, y, height), action)
        hit = () if kept else tuple(world.touching(handle))
        self._release()
        world.settle()
        if not kept:
            caught = " and ".join(map(world.name, hit)) or "something"
            way = f"to ({action.place[0]:.3f}, {action.place[1]:.3f})"
            reason = f"{world.name(handle)} was lost on the way {way}: it caught on {caught}"
            return Outcome(reason=reason, under=handle, picked=handle, hit=hit, trouble="lost")
        return Outcome((handle,), under=handle, picked=handle)

    # -- the held object -----------------------------------------------------------------------------------------

    def _grip(self, handle: int, tip: Vector3) -> None:
        client = self.world.client
        # The object's pose seen from the cup; the cup always points down, so its frame is turned by yaw only.
        centre, rotation = self.world.mass_pose(handle)
        self._grasp = multiply(invert((tip, yaw_quaternion(0.0))), (centre, rotation))
        body = self.world.body(handle)
        joint = client.JOINT_POINT2POINT if self.world.rope(handle) else client.JOINT_FIXED  # a rope turns in the cup
        self._constraint = client.createConstraint(
            body, -1, -1, -1, joint, (0, 0, 0), (0, 0, 0), centre, (0, 0, 0, 1), rotation
        )
        client.changeConstraint(self._constraint, centre, rotation, maxForce=FORCE)

    def _release(self) -> None:
        self.world.client.removeConstraint(self._constraint)
        self._constraint = None

    def _drag(self, handle: int, tip: Vector3, yaw: float) -> bool:
        """Moves the cup to `tip` for one step; whether the object is still held."""
        self.tip = (tip, yaw)
        wanted: Pose = multiply((tip, yaw_quaternion(yaw)), self._grasp)
        self.world.client.changeConstraint(self._constraint, wanted[0], wanted[1], maxForce=FORCE)
        self.world.step()
        now = self.world.mass_pose(handle)[0]
        self._lag = now[0] - wanted[0][0], now[1] - wanted[0][1], now[2] - wanted[0][2]
        return math.hypot(*self._lag) < LOST

    # -- the way -------------------------------------------------------------------------------------------------

    def _carry(self, handle: int, tip: Vector3, action: Action) -> bool:
        turn = wrap(action.place[2] - action.pick[2])
        travel = self._travel_height(handle, tip, action)
        above: Vector3 = (action.place[0], action.place[1], travel)
        return (
            self._move(handle, tip, (tip[0], tip[1], travel), 0.0, 0.0)
            and self._move(handle, (tip[0], tip[1], travel), above, 0.0, turn)
            and self._lower(handle, above, turn)
        )

    def _travel_height(self, handle: int, tip: Vector3, action: Action) -> float:
        """Height of the cup at which the held object passes over everything else."""
        low, _ = self.world.bounds(handle)
        rope = self.world.rope(handle)
        bounds = [self.world.bounds(other) for other in self._others(handle) if other not in rope]
        if rope:  # all of it moves, but it stays between where it lies and where its bead goes
            swept = [*(self.world.pose(bead)[0][:2] for bead in rope), action.place[:2]]
            bounds = [(lowest, highest) for lowest, highest in bounds if _near_hull(swept, lowest, highest)]
        others = [highest[2] for _, highest in bounds]
        if rope and not others:  # it is dragged over itself, since a rope that hangs falls into a heap
            return 2.0 * self.world.bounds(handle)[1][2] + (tip[2] - low[2])
        return max([*others, 0.05]) + CLEARANCE + (tip[2] - low[2])

    def _others(self, handle: int) -> list[int]:
        return [spec.id for spec in self.world.layout.objects if spec.id != handle and self.world.is_solid(spec.id)]

    def _move(self, handle: int, start: Vector3, end: Vector3, turn_start: float, turn_end: float) -> bool:
        """Carries along a straight line, speeding up and slowing down smoothly."""
        fastest = FASTEST_ROPE if self.world.rope(handle) else FASTEST
        length = max(math.dist(start, end) / fastest, abs(turn_end - turn_start) / TURN)
        count = max(4, math.ceil(1.5 * length))
        for index in range(1, count + 1):
            part = smooth(index / count)
            point = tuple(a + (b - a) * part for a, b in zip(start, end, strict=True))
            if not self._drag(handle, point, turn_start + (turn_end - turn_start) * part):  # type: ignore[arg-type]
                return False
        return True

    def _lower(self, handle: int, tip: Vector3, turn: float) -> bool:
        """Comes down until the held object rests on something."""
        others = [self.world.body(other) for other in self._others(handle)]
        x, y, z = tip
        for _ in range(STEADYING):
            if not self._drag(handle, tip, turn):
                return False
            if math.hypot(*self._lag) < STEADY:
                break
        while not self._rests(handle):
            # The object follows the cup by a fifth of its lag a step: with a lead of the gap it comes down softly.
            lead = max(LEAD, self._gap(handle, others))
            z = min(z - CREEP, max(z - FASTEST, z + self._lag[2] - lead))
            if z < WORKSPACE[2][0] or not self._drag(handle, (x, y, z), turn):
                return z < WORKSPACE[2][0]
        return True

    def _gap(self, handle: int, others: list[int]) -> float:
        """A lower bound of how far the held object may go down before it touches something."""
        body, client = self.world.body(handle), self.world.client
        gap = max(0.0, float(client.getAABB(body)[0][2]))
        for other in others:
            for point in client.getClosestPoints(body, other, distance=gap):
                gap = min(gap, free_fall(point))
        return gap

    def _rests(self, handle: int) -> bool:
        """Whether something carries the held object from below."""
        body = self.world.body(handle)
        for contact in self.world.client.getContactPoints(bodyA=body):
            upward = contact[7][2] if contact[1] == body else -contact[7][2]  # the normal points from B to A
            if upward > CARRIES and contact[8] < 0.0005:
                return True
        return False


def _near_hull(points: Sequence[Sequence[float]], low: Vector3, high: Vector3) -> bool:
    """Whether an upright box comes within the clearance of the convex hull of points, seen from above.

    The two are apart when there is a direction in which they are.
    """
    corners = [(x, y) for x in (low[0], high[0]) for y in (low[1], high[1])]
    for number in range(DIRECTIONS):
        angle = 2.0 * math.pi * number / DIRECTIONS
        x, y = math.cos(angle), math.sin(angle)
        if min(a * x + b * y for a, b in corners) > max(a * x + b * y for a, b in points) + CLEARANCE:
            return False
    return True


def placing(pick: tuple[float, float], pose: Pose, target: tuple[float, float], turn: float) -> Action:
    """The action that picks at `pick` and brings an object at `pose` to `target` (x, y), turned by `turn`."""
    offset = (pick[0] - pose[0][0], pick[1] - pose[0][1], 0.0)
    x, y, _ = rotate(yaw_quaternion(turn), offset)
    return Action((pick[0], pick[1], 0.0), (target[0] + x, target[1] + y, turn))
