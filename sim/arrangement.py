"""Where the things of a layout stand and where its goals bring them, from the data alone: no physics.

Whatever may be is taken to be: an object may come to any of the targets that its goal gives it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from sim.catalogue import find_asset
from sim.geometry import footprints_overlap
from sim.layout import Layout, ObjectSpec, Pose, Vector3

Relation = Callable[["Arrangement", "Spot", "Spot"], bool]

HOLLOW = frozenset(["bowl", "container"])  # what is at their place is in them
MASSIVE = frozenset(["block", "ball", "sphere", "cylinder"])  # nothing is in them
TOUCHING = -0.004  # metres: footprints that share less are beside each other
NEARBY = 0.05  # metres: what is this near to where something comes has to do with it
BESIDE = 0.15  # metres between two things that are beside each other, at most
FARTHEST = 1.0
LEVEL = 0.005  # metres: less is the same height
ROW = 0.15  # of a row's length that its things may be off it
ROUND = 0.35  # of a circle's radius that its things may be off it


class Spot(NamedTuple):
    """A place of an object: before the first goal (-1), or where a goal brings it."""

    handle: int
    goal: int
    pose: Pose
    size: Vector3

    @property
    def height(self) -> float:
        """Height of the pose (m)."""
        return self.pose[0][2]


def nouns(spec: ObjectSpec) -> frozenset[str]:
    """What an object may be called: the catalogue's noun, as one word."""
    noun = find_asset(spec.asset).noun(spec.mesh).lower().replace(" ", "_")
    return frozenset([noun, "shape"]) if spec.mesh else frozenset([noun])


class Arrangement:
    """A layout's objects and where they are brought.

    Args:
        layout: The layout.

    Attributes:
        before: Each object's place before the first goal.
        after: Where each object may be brought, goal by goal.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.before = {item.id: Spot(item.id, -1, item.pose, item.size) for item in layout.objects}
        self.after: dict[int, list[Spot]] = {}
        for number, goal in enumerate(layout.goals):
            for handle, cells in zip(goal.objects, goal.matches, strict=True):
                size = layout.object(handle).size
                spots = [Spot(handle, number, goal.targets[column], size) for column in _where(cells)]
                self.after.setdefault(handle, []).extend(spots)

    @property
    def moved(self) -> frozenset[int]:
        """What any goal moves."""
        return frozenset(self.after)

    def moved_by(self, goals: Iterable[int]) -> frozenset[int]:
        """What these goals move."""
        return frozenset(handle for number in goals for handle in self.layout.goals[number].objects)

    def spots(self, handle: int) -> list[Spot]:
        """Every place that an object ever has."""
        return [self.before[handle], *self.after.get(handle, [])]

    @cached_property
    def involved(self) -> frozenset[int]:
        """What is moved, and what is at or near a target or in a zone."""
        ends = {(spot.pose, spot.size) for spots in self.after.values() for spot in spots}
        zones = {(zone.pose, zone.size) for goal in self.layout.goals for zone in goal.zones}
        others = [spot for handle, spot in self.before.items() if handle not in self.after]
        return self.moved | {
            spot.handle
            for spot in others
            if any(footprints_overlap((spot.pose, spot.size), end, NEARBY) for end in ends)
            or any(footprints_overlap((spot.pose, spot.size), zone, TOUCHING) for zone in zones)
        }

    def near(self, handle: int, distance: float) -> bool:
        """Whether an object is ever this near (m) to a place of something that is moved."""
        return any(
            _apart(spot, other) <= distance
            for spot in self.spots(handle)
            for moved in self.after
            for other in self.spots(moved)
            if moved != handle
        )

    # -- relations of two --------------------------------------------------------------------------------------------

    def holds(self, relation: str, things: Iterable[int], places: Iterable[int], goals: Sequence[int] | None) -> bool:
        """Whether one of the things is ever in this relation to one of the places.

        Args:
            relation: A relation of the lexicon; one that is not looked at holds.
            things: Handles.
            places: Handles.
            goals: Only where these goals bring the things; None counts every place that they ever have.
        """
        if relation == "under":
            return self.holds("on", places, things, None)
        holds = RELATIONS.get(relation)
        return holds is None or any(
            holds(self, spot, other)
            for thing in things
            for spot in (self.spots(thing) if goals is None else self.brought(thing, goals))
            for place in places
            if place != thing
            for other in self.spots(place)
        )

    def brought(self, handle: int, goals: Sequence[int]) -> list[Spot]:
        """Where these goals bring an object."""
        return [spot for spot in self.after.get(handle, []) if spot.goal in goals]

    def noun(self, handle: int) -> frozenset[str]:
        """What an object may be called."""
        return nouns(self.layout.object(handle))

    def on(self, spot: Spot, other: Spot) -> bool:
        """Whether something at one place stands, directly or not, on what is at the other."""
        if not footprints_overlap((spot.pose, spot.size), (other.pose, other.size), TOUCHING):
            return False
        if spot.goal == other.goal:
            larger = spot.size[0] * spot.size[1] < other.size[0] * other.size[1]
            return spot.height > other.height + LEVEL or (spot.goal < 0 and larger)
        if spot.goal > other.goal:
            return other.goal < 0 or spot.height > other.height - LEVEL
        return other.goal >= 0 and spot.goal >= 0 and spot.height > other.height + LEVEL

    def supports(self, spot: Spot) -> list[int]:
        """What stands under a place, the uppermost first."""
        under = [
            other
            for handle in self.before
            if handle != spot.handle
            for other in self.spots(handle)
            if (handle not in self.after or other.goal >= 0) and self.on(spot, other)
        ]
        under.sort(key=lambda other: (other.goal, other.height + other.size[2]), reverse=True)
        return list(dict.fromkeys(other.handle for other in under))

    # -- arrangements of many ----------------------------------------------------------------------------------------

    def is_row(self, goals: Sequence[int]) -> bool:
        """Whether the targets of these goals, of one of them, or of one of their levels, lie in a row."""
        return any(len(points) > 1 and _straight(points) for points in self._sets(goals))

    def is_circle(self, goals: Sequence[int]) -> bool:
        """Whether the targets of these goals, or of one of them, lie on a circle, with or without a middle."""
        return any(len(points) > 2 and not _straight(points) and _round(points) for points in self._sets(goals))

    def is_tower(self) -> bool:
        """Whether something is brought onto something that is brought too, or onto something solid."""
        ends = [spot for spots in self.after.values() for spot in spots]
        others = [spot for handle, spot in self.before.items() if handle not in self.after]
        massive = [spot for spot in others if self.noun(spot.handle) & {"block", "box", "cylinder"}]
        return any(self.on(spot, other) for spot in ends for other in [*ends, *massive] if spot.handle != other.handle)

    def is_flat(self) -> bool:
        """Whether nothing is brought onto anything with a height."""
        solid = [spot for handle, spot in self.before.items() if find_asset(self.layout.object(handle).asset).solid]
        ends = [spot for spots in self.after.values() for spot in spots]
        return not self.is_tower() and not any(
            self.on(spot, other) for spot in ends for other in solid if other.handle not in self.after
        )

    def _sets(self, goals: Sequence[int]) -> Iterator[list[tuple[float, float]]]:
        """Places (x, y) of all targets of these goals, of each goal's, and of each level's."""
        targets = [(number, pose[0]) for number in goals for pose in self.layout.goals[number].targets]
        keys = [lambda item: 0, lambda item: item[0], lambda item: round(item[1][2] / LEVEL / 4)]
        for key in keys:
            groups: dict[float, set[tuple[float, float]]] = {}
            for item in targets:
                groups.setdefault(key(item), set()).add((round(item[1][0], 3), round(item[1][1], 3)))
            yield from (sorted(points) for points in groups.values())


def _where(cells: Sequence[bool]) -> list[int]:
    return [column for column, allowed in enumerate(cells) if allowed]


def _apart(spot: Spot, other: Spot) -> float:
    """About how far (m) two footprints are apart: at least by this."""
    distance = math.dist(spot.pose[0][:2], other.pose[0][:2])
    return distance - (max(spot.size[:2]) + max(other.size[:2])) / math.sqrt(2)


def _straight(points: Sequence[tuple[float, float]]) -> bool:
    ends = max(itertools.combinations(points, 2), key=lambda pair: math.dist(*pair), default=None)
    if ends is None or (length := math.dist(*ends)) == 0.0:
        return False
    (ax, ay), (bx, by) = ends
    return all(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length <= ROW * length for x, y in points)


def _round(points: Sequence[tuple[float, float]]) -> bool:
    for left_out in (None, *points):
        kept = [point for point in points if point != left_out]
        middle = (sum(x for x, _ in kept) / len(kept), sum(y for _, y in kept) / len(kept))
        radii = [math.dist(point, middle) for point in kept]
        if max(radii) - min(radii) <= ROUND * max(radii):
            return True
    return False


def _inside(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.noun(other.handle) & MASSIVE and scene.on(spot, other)


def _upon(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.noun(other.handle) & HOLLOW and scene.on(spot, other)


def _on_top(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.noun(other.handle) & (HOLLOW | {"fixture"}) and scene.on(spot, other)


def _at_side(distance: float) -> Relation:
    def holds(scene: Arrangement, spot: Spot, other: Spot) -> bool:
        first, second = (spot.pose, spot.size), (other.pose, other.size)
        return not footprints_overlap(first, second, TOUCHING) and footprints_overlap(first, second, distance)

    return holds


def _near(distance: float) -> Relation:
    def holds(scene: Arrangement, spot: Spot, other: Spot) -> bool:
        return footprints_overlap((spot.pose, spot.size), (other.pose, other.size), distance)

    return holds


RELATIONS = {
    "in": _inside,
    "on": _upon,
    "atop": _on_top,
    "beside": _at_side(BESIDE),
    "leftof": _at_side(FARTHEST),
    "around": _at_side(FARTHEST),
    "to": _near(NEARBY),
    "along": _near(NEARBY),
}
