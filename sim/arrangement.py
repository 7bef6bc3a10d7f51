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

HOLLOW = frozenset(["bowl", "container"])  # what is at their place is in them
MASSIVE = frozenset(["block", "ball", "sphere", "cylinder"])  # nothing is in them
TOUCHING = -0.004  # metres: footprints that share less are beside each other
NEARBY = 0.05  # metres: what is this near to where something comes has to do with it
BESIDE = 0.15  # metres between two things that are beside each other, at most
AROUND = 0.25
NOT_FAR = 0.3
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
        layout: The layout.
        nouns: What each object may be called.
        before: Each object's place before the first goal.
        after: Where each moved object may be brought, goal by goal.
        turns: The goals that move each moved object.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.nouns = {item.id: nouns(item) for item in layout.objects}
        self.before = {item.id: Spot(item.id, -1, item.pose, item.size) for item in layout.objects}
        self.after: dict[int, list[Spot]] = {}
        self.turns: dict[int, list[int]] = {}
        for number, goal in enumerate(layout.goals):
            for handle, cells in zip(goal.objects, goal.matches, strict=True):
                self.turns.setdefault(handle, []).append(number)
                size = layout.object(handle).size
                allowed = itertools.compress(goal.targets, cells)
                self.after.setdefault(handle, []).extend(Spot(handle, number, pose, size) for pose in allowed)

    def moved_by(self, goals: Iterable[int]) -> frozenset[int]:
        """What these goals move."""
        return frozenset(handle for number in goals for handle in self.layout.goals[number].objects)

    def brought(self, handles: Iterable[int], goals: Sequence[int] | None = None) -> list[Spot]:
        """The different places to which these goals (None: all) bring these objects."""
        spots = (spot for handle in handles for spot in self.after.get(handle, ()))
        wanted = (spot for spot in spots if goals is None or spot.goal in goals)
        return list({(*spot[1:], *self.turns[spot.handle]): spot for spot in wanted}.values())

    def spots(self, handles: Iterable[int]) -> list[Spot]:
        """Every different place that these objects ever have."""
        listed = list(handles)
        return [*(self.before[handle] for handle in listed), *self.brought(listed)]

    @cached_property
    def ends(self) -> list[Spot]:
        """Every different place to which something is brought."""
        return self.brought(self.after)

    @cached_property
    def resting(self) -> list[Spot]:
        """The places of what no goal moves."""
        return [spot for handle, spot in self.before.items() if handle not in self.after]

    @cached_property
    def involved(self) -> frozenset[int]:
        """What is moved, and what is at or near a target or in a zone."""
        zones = {(zone.pose, zone.size) for goal in self.layout.goals for zone in goal.zones}
        return frozenset(self.after) | {
            spot.handle
            for spot in self.resting
            if any(_within(spot, end, NEARBY) for end in self.ends)
            or any(footprints_overlap((spot.pose, spot.size), zone, TOUCHING) for zone in zones)
        }

    @cached_property
    def underneath(self) -> frozenset[int]:
        """What is at or under the first place of something that is moved."""
        begun = [self.before[handle] for handle in self.after]
        return frozenset(
            spot.handle for spot in self.before.values() if any(_within(spot, one, TOUCHING) for one in begun)
        )

    def near(self, handles: Iterable[int], distance: float) -> bool:
        """Whether one of these objects is within this distance (m) of where something moved is before or after."""
        ends = [*self.ends, *(self.before[handle] for handle in self.after)]
        listed = [self.before[handle] for handle in handles]
        return any(spot.handle != end.handle and _within(spot, end, distance) for spot in listed for end in ends)

    # -- relations of two --------------------------------------------------------------------------------------------

    def holds(
        self,
        relation: str,
        things: Iterable[int],
        places: Iterable[int],
        goals: Sequence[int] | None = None,
        rivals: Iterable[int] = (),
    ) -> bool:
        """Whether one of the things is ever in this relation to one of the places.

        Args:
            relation: A relation of the lexicon; one that is not looked at holds.
            things: Handles.
            places: Handles.
            goals: Only where these goals bring the things; None counts every place that they ever have.
            rivals: Handles of what is like the places: what comes onto one of these does not come to a place.
        """
        if relation == "under":
            return self.holds("on", places, things)
        spots = self.spots(things) if goals is None else self.brought(things, goals)
        others = self.spots(places)
        if relation in APART:
            strange = [other for other in others if other.handle not in set(things)]
            last = [other for other in strange if other.goal >= 0 or other.handle not in self.after]
            spots = [spot for spot in spots if not any(_within(spot, other, TOUCHING) for other in last)]
        if relation in ("to", "along"):
            stray = [self.before[handle] for handle in rivals if handle not in self.after]
            spots = [spot for spot in spots if not any(self.on(spot, other) for other in stray)]
        if relation not in RELATIONS:
            return True
        holds = RELATIONS[relation]
        return any(spot[1:] != other[1:] and holds(self, spot, other) for spot in spots for other in others)

    def on(self, spot: Spot, other: Spot) -> bool:
        """Whether something at one place stands, directly or not, on what is at the other."""
        if not _within(spot, other, TOUCHING):
            return False
        if spot.goal > other.goal:
            stays = all(goal <= other.goal or goal >= spot.goal for goal in self.turns.get(other.handle, ()))
            return stays and (other.goal < 0 or spot.height > other.height - LEVEL)
        higher = spot.height > other.height + LEVEL
        if spot.goal < 0:
            return other.goal < 0 and (higher or spot.size[0] * spot.size[1] < other.size[0] * other.size[1])
        return higher

    def supports(self, spot: Spot) -> list[int]:
        """What stands under a place to which a goal brings something, the uppermost first."""
        under = [other for other in (*self.ends, *self.resting) if self.on(spot, other)]
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
        """Whether something is brought onto something that is brought too, or that is as high as a block."""
        high = [spot for spot in self.resting if self.nouns[spot.handle] & {"block", "box", "cylinder"}]
        return any(self.on(spot, other) for spot in self.ends for other in [*self.ends, *high])

    def is_flat(self) -> bool:
        """Whether nothing is brought onto anything with a height."""
        solid = [spot for spot in self.resting if find_asset(self.layout.object(spot.handle).asset).solid]
        return not self.is_tower() and not any(self.on(spot, other) for spot in self.ends for other in solid)

    def _sets(self, goals: Sequence[int]) -> Iterator[list[tuple[float, float]]]:
        """Places (x, y) of all targets of these goals, of each goal's, and of each level's."""
        targets = [(number, pose[0]) for number in goals for pose in self.layout.goals[number].targets]
        groups: dict[object, set[tuple[float, float]]] = {}
        for number, (x, y, z) in targets:
            for key in ("all", ("goal", number), ("level", round(z / LEVEL / 4))):
                groups.setdefault(key, set()).add((round(x, 3), round(y, 3)))
        yield from (sorted(points) for points in groups.values())


Relation = Callable[[Arrangement, Spot, Spot], bool]


def _within(spot: Spot, other: Spot, distance: float) -> bool:
    return footprints_overlap((spot.pose, spot.size), (other.pose, other.size), distance)


def _straight(points: Sequence[tuple[float, float]]) -> bool:
    ends = max(itertools.combinations(points, 2), key=lambda pair: math.dist(*pair))
    (ax, ay), (bx, by) = ends
    length = math.dist(*ends)
    return all(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) <= ROW * length**2 for x, y in points)


def _round(points: Sequence[tuple[float, float]]) -> bool:
    for left_out in (None, *points):
        kept = [point for point in points if point != left_out]
        middle = (sum(x for x, _ in kept) / len(kept), sum(y for _, y in kept) / len(kept))
        radii = [math.dist(point, middle) for point in kept]
        if max(radii) - min(radii) <= ROUND * max(radii):
            return True
    return False


def _inside(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.nouns[other.handle] & MASSIVE and scene.on(spot, other)


def _upon(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.nouns[other.handle] & HOLLOW and scene.on(spot, other)


def _on_top(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return "fixture" not in scene.nouns[other.handle] and _upon(scene, spot, other)


def _near(distance: float) -> Relation:
    return lambda scene, spot, other: _within(spot, other, distance)


APART = ("beside", "near", "leftof", "around")  # relations of things that do not stand on each other
RELATIONS: dict[str, Relation] = {
    "in": _inside,
    "on": _upon,
    "atop": _on_top,
    "beside": _near(BESIDE),
    "near": _near(NOT_FAR),
    "leftof": _near(FARTHEST),
    "around": _near(AROUND),
    "sides": _near(AROUND),
    "to": _near(BESIDE),
    "along": _near(BESIDE),
}
