"""Reward and success, measured in three dimensions: is each object where its goal wants it, and does it stay there?

Rules (the design's, stricter than the field's): x, y and z count; the height that counts is the one at which the object
rests at the target on what stands there when its turn comes; yaw counts according to the goal's symmetries; goals are
reached in order; what was reached has to hold at the end. Lengths are metres, angles radians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.catalogue import find_asset
from sim.geometry import apply, footprints_overlap, invert, rotate, yaw_difference, yaw_of
from sim.layout import GoalSpec, Layout, Pose, Quaternion, Rules, Vector3, Zone
from sim.world import World

HEIGHT_TOLERANCE = 0.015
UPRIGHT = math.cos(math.radians(55.0))  # of a cube or a ball some side is always nearer: at most 54.7 degrees
ZONE_MARGIN = 0.005  # metres that an object may stick out of its zone
FLOATING = 0.02  # a target this far above what stands there hangs in the air
SUPPORTED = 0.004  # metres: of two targets of one goal whose footprints overlap by this, the upper stands on the lower


Place = tuple[int, str, str | None, Vector3]  # a target, and the asset, mesh and size of what goes there


@dataclass(frozen=True)
class Miss:
    """How far an object is from a target.

    Attributes:
        distance: On the table, metres.
        height: Metres, negative when it is too low.
        yaw: Radians.
        toppled: Whether it lies on another side than it should.
    """

    distance: float
    height: float
    yaw: float
    toppled: bool = False

    def within(self, layout: Layout, rules: Rules = "strict") -> bool:
        """Whether that is within the layout's tolerances; Ravens' rules look from above only."""
        flat = self.distance <= layout.pos_eps and abs(self.yaw) <= layout.rot_eps + 1e-9
        return flat and (rules == "ravens" or (abs(self.height) <= HEIGHT_TOLERANCE and not self.toppled))

    def words(self) -> str:
        """The miss in mm and degrees."""
        parts = [f"{self.distance * 1000:.0f} mm away"]
        if abs(self.height) > HEIGHT_TOLERANCE:
            parts.append(f"{abs(self.height) * 1000:.0f} mm too {'high' if self.height > 0 else 'low'}")
        if abs(self.yaw) > math.radians(5):
            parts.append(f"turned by {abs(math.degrees(self.yaw)):.0f} degrees")
        if self.toppled:
            parts.append("toppled")
        return ", ".join(parts)


class Scorer:
    """Follows an episode goal by goal.

    Args:
        world: Where it looks.
        rules: `strict`, or `ravens` for comparison with published numbers: heights do not count, nothing has to last.
        layout: Whose goals count, instead of those of the world's own layout; the objects have to be the same.

    Attributes:
        current: Index of the goal whose turn it is; the number of goals when all are reached.
    """

    def __init__(self, world: World, rules: Rules = "strict", layout: Layout | None = None) -> None:
        self.world = world
        self.rules = rules
        self.layout = layout or world.layout
        self.current = 0
        self._heights: list[dict[Place, float]] = []
        self._begin()

    @property
    def finished(self) -> bool:
        """Whether every goal was reached."""
        return self.current >= len(self.layout.goals)

    def update(self) -> float:
        """Moves on past every goal that is reached now, and returns the reward so far, 0..1."""
        while not self.finished and self.fraction(self.current) >= 1.0 - 1e-9:
            self.current += 1
            self._begin()
        reward = sum(goal.share for goal in self.layout.goals[: self.current])
        if not self.finished:
            reward += self.layout.goals[self.current].share * self.fraction(self.current)
        return min(1.0, reward)

    def holding(self) -> tuple[bool, ...]:
        """For each goal: was it reached, and does it still hold (objects that a later goal moved excepted)?"""
        return tuple(self.holds(index) for index in range(len(self.layout.goals)))

    def holds(self, index: int) -> bool:
        """Whether a goal was reached and still holds; under Ravens' rules what was reached need not hold."""
        if self.rules == "ravens" or index >= self.current:
            return index < self.current
        goal = self.layout.goals[index]
        later = {handle for after in self.layout.goals[index + 1 :] for handle in after.objects}
        kept = self.placed(index).keys() | later
        return sum(handle in kept for handle in goal.objects) >= needed_objects(goal)

    def fraction(self, index: int) -> float:
        """The part of a goal's objects that are where they should be."""
        goal = self.layout.goals[index]
        return min(1.0, len(self.placed(index)) / needed_objects(goal))

    def placed(self, index: int) -> dict[int, int]:
        """Objects that are in place, each with the target (or zone) it occupies."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_bipartite_matching

        goal = self.layout.goals[index]
        if goal.metric == "zone":
            poses = [self.world.pose(handle) for handle in goal.objects]
            inside = [zone_of(self.layout, goal, row, pose, self.rules) for row, pose in enumerate(poses)]
            return {handle: zone for handle, zone in zip(goal.objects, inside, strict=True) if zone is not None}
        fits = np.array(
            [
                [
                    allowed and self.miss(index, row, column).within(self.layout, self.rules)
                    for column, allowed in enumerate(cells)
                ]
                for row, cells in enumerate(goal.matches)
            ]
        )
        if goal.replace:
            return {handle: int(np.argmax(fits[row])) for row, handle in enumerate(goal.objects) if fits[row].any()}
        columns = maximum_bipartite_matching(csr_array(fits.astype(int)), perm_type="column")
        return {goal.objects[row]: int(column) for row, column in enumerate(columns) if column >= 0}

    def miss(self, index: int, row: int, column: int) -> Miss:
        """How far object `row` of a goal is from its target `column`."""
        goal = self.layout.goals[index]
        position, rotation = self.world.pose(goal.objects[row])
        (x, y, _), target_rotation = goal.targets[column]
        return Miss(
            distance=math.hypot(position[0] - x, position[1] - y),
            height=position[2] - self.resting_height(index, row, column),
            yaw=yaw_difference(yaw_of(target_rotation), yaw_of(rotation), goal.symmetries[row]),
            toppled=_toppled(self.layout.object(goal.objects[row]).size, rotation, target_rotation),
        )

    def resting_height(self, index: int, row: int, column: int) -> float:
        """Height of an object's origin when it rests at a target on what stood there when the goal's turn came."""
        spec = self.layout.object(self.layout.goals[index].objects[row])
        return self._heights[index][column, spec.asset, spec.mesh, spec.size]

    def floating(self, index: int) -> float:
        """How far (m) the goal's highest-hanging target is above where its object would rest; at most 2 cm is fine.

        Known when the goal's turn has come.
        """
        goal = self.layout.goals[index]
        if goal.metric == "zone" or index >= len(self._heights):
            return 0.0
        gaps = [
            goal.targets[column][0][2] - self.resting_height(index, row, column)
            for row, cells in enumerate(goal.matches)
            for column, allowed in enumerate(cells)
            if allowed
        ]
        return max(gaps, default=0.0)

    def _begin(self) -> None:
        """Feels how high each object of the goal whose turn has come will rest at each of its targets."""
        if self.finished:
            return
        goal = self.layout.goals[self.current]
        heights: dict[Place, float] = {}
        tops: list[tuple[Pose, Vector3, float]] = []  # what will stand at lower targets of this goal, and how high
        if goal.metric == "pose":
            for column in sorted(range(len(goal.targets)), key=lambda item: goal.targets[item][0][2]):
                self._feel(goal, column, heights, tops)
        self._heights.append(heights)

    def _feel(
        self,
        goal: GoalSpec,
        column: int,
        heights: dict[Place, float],
        tops: list[tuple[Pose, Vector3, float]],
    ) -> None:
        target, standing_here = goal.targets[column], []
        for handle, cells in zip(goal.objects, goal.matches, strict=True):
            spec = self.layout.object(handle)
            key = (column, spec.asset, spec.mesh, spec.size)
            standing = find_asset(spec.asset).standing_height(spec.size)
            if key not in heights:
                felt = self.world.resting_height(handle, target, frozenset(goal.objects))
                floor = max((top for pose, size, top in tops if _stacked(target, spec.size, pose, size)), default=0.0)
                heights[key] = max(felt, floor + standing)
            if cells[column]:
                standing_here.append((target, spec.size, heights[key] - standing + spec.size[2]))
        tops += sorted(standing_here, key=lambda item: item[2])[:1]  # of several that may, the lowest


def needed_objects(goal: GoalSpec) -> int:
    """How many of a goal's objects have to be in place."""
    return len(goal.objects) if goal.replace or goal.metric == "zone" else min(len(goal.objects), len(goal.targets))


def zone_of(layout: Layout, goal: GoalSpec, row: int, pose: Pose, rules: Rules = "strict") -> int | None:
    """Which of a goal's zones its object `row` is in when it is at this pose; None: in none that it may go to."""
    one_to_one = len(goal.zones) == len(goal.targets)
    for index, zone in enumerate(goal.zones):
        allowed = goal.matches[row][index] if one_to_one else True
        if allowed and in_zone(layout.object(goal.objects[row]).size, pose, zone, rules):
            return index
    return None


def in_zone(size: Vector3, pose: Pose, zone: Zone, rules: Rules = "strict") -> bool:
    """Whether an object of this size (m) at this pose is inside a zone."""
    corners = [apply(pose, (a * size[0] / 2, b * size[1] / 2, 0.0)) for a in (-1, 1) for b in (-1, 1)]
    return all(_inside(corner, zone, rules) for corner in corners)


def _toppled(size: Vector3, rotation: Quaternion, target: Quaternion) -> bool:
    """Whether an object of this size lies on another side than at its target: for a cube, any side is as good."""
    up = rotate(target, (0.0, 0.0, 1.0))
    upright = 0.0
    for axis in range(3):
        if abs(size[axis] - size[2]) < 1e-3:
            direction = rotate(rotation, [float(other == axis) for other in range(3)])
            upright = max(upright, abs(sum(a * b for a, b in zip(direction, up, strict=True))))
    return upright < UPRIGHT


def _stacked(upper: Pose, upper_size: Vector3, lower: Pose, lower_size: Vector3) -> bool:
    higher = upper[0][2] > lower[0][2] + 0.005
    return higher and footprints_overlap((upper, upper_size), (lower, lower_size), -SUPPORTED)


def _inside(point: tuple[float, float, float], zone: Zone, rules: Rules) -> bool:
    x, y, z = apply(invert(zone.pose), point)
    width, depth, height = zone.size
    level = rules == "ravens" or height == 0.0 or abs(z) <= height / 2 + HEIGHT_TOLERANCE
    return abs(x) <= width / 2 + ZONE_MARGIN and abs(y) <= depth / 2 + ZONE_MARGIN and level
