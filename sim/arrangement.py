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
from sim.figures import corners, is_arc, is_round, is_straight
from sim.geometry import apply, footprints_overlap, invert
from sim.layout import Layout, ObjectSpec, Pose, Vector3

HOLLOW = frozenset(["bowl", "container"])  # what is at their place is in them
MASSIVE = frozenset(["block", "ball", "sphere", "cylinder"])  # nothing is in them
TOUCHING = -0.004  # metres: footprints that share less are beside each other
NEARBY = 0.05  # metres: what is this near to where something comes has to do with it
BESIDE = 0.15  # metres between two things that are beside each other, at most
AROUND = 0.25
APART_FROM = 0.1  # metres between things that stand apart
NOT_FAR = 0.3
FARTHEST = 1.0
LEVEL = 0.005  # metres: less is the same height
MIDDLE = 0.4  # of what is in the middle of a thing: how far from there, in halves of its size
ELL = (((0.0, -1 / 3), (1.0, 1 / 3)), ((-1 / 3, 1 / 6), (1 / 3, 2 / 3)))  # its arms, in its size: middles and sizes


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
            spots = [spot for spot in spots if not any(self._covers(other, spot) for other in last)]
        if relation in ("to", "along"):
            stray = [self.before[handle] for handle in rivals if handle not in self.after]
            spots = [spot for spot in spots if not any(self.on(spot, other) for other in stray)]
        if relation not in RELATIONS or (relation in ("center", "corners") and len(others) != 1):
            return True
        holds = RELATIONS[relation]
        return any(spot[1:] != other[1:] and holds(self, spot, other) for spot in spots for other in others)

    def _covers(self, other: Spot, spot: Spot) -> bool:
        """Whether a thing at one place is where a place is; what is in the notch of an ell is beside it."""
        if "ell" not in self.nouns[other.handle]:
            return _within(spot, other, TOUCHING)
        (wide, deep, high), rotation = other.size, other.pose[1]
        arms = [
            ((apply(other.pose, (wide * x, deep * y, 0.0)), rotation), (wide * length, deep * width, high))
            for (x, y), (length, width) in ELL
        ]
        return any(footprints_overlap((spot.pose, spot.size), arm, TOUCHING) for arm in arms)

    def on(self, spot: Spot, other: Spot) -> bool:
        """Whether something at one place stands, directly or not, on what is at the other."""
        if not self._covers(other, spot):
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

    def nearest(self, spot: Spot) -> int | None:
        """Of what no goal moves, what is beside a place and nearest to it."""
        near = [other for other in self.resting if _within(spot, other, BESIDE)]
        return min(near, key=lambda other: math.dist(spot.pose[0], other.pose[0])).handle if near else None

    # -- arrangements of many ----------------------------------------------------------------------------------------

    def is_row(self, goals: Sequence[int]) -> bool:
        """Whether the targets of these goals, of one of them, or of one of their levels, lie in a row."""
        return any(len(points) > 1 and is_straight(points) for points in self._sets(goals))

    def is_circle(self, goals: Sequence[int]) -> bool:
        """Whether the targets of these goals, or of one of them, lie on a circle, with or without a middle."""
        sets = [points for points in self._sets(goals) if len(points) > 2]
        return any(not is_straight(points) and is_round(points) and not is_arc(points) for points in sets)

    def has_corners(self, goals: Sequence[int], count: int) -> bool:
        """Whether the targets of these goals, of one of them, or of one of their levels, make a figure of corners."""
        return any(len(points) > 2 and corners(points) == count for points in self._sets(goals))

    def is_apart(self, handles: Iterable[int], goals: Sequence[int]) -> bool:
        """Whether no two of the places to which these goals bring these objects are near each other."""
        pairs = itertools.combinations(self.brought(handles, goals), 2)
        return not any(_within(one, other, APART_FROM) for one, other in pairs)

    def surrounds(self, handles: Iterable[int], place: int, goals: Sequence[int]) -> bool:
        """Whether the places to which these goals bring these objects have a thing in their middle."""
        spots, middle = self.brought(handles, goals), self.before[place].pose[0]
        offsets = [(spot.pose[0][0] - middle[0], spot.pose[0][1] - middle[1]) for spot in spots]
        far = sum(math.hypot(*offset) for offset in offsets)
        return math.hypot(sum(x for x, _ in offsets), sum(y for _, y in offsets)) < far / 4

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


def _local(spot: Spot, other: Spot) -> tuple[float, float]:
    """Where the middle of one place is, in the frame of the other (m)."""
    x, y, _ = apply(invert(other.pose), spot.pose[0])
    return abs(x), abs(y)


def _inside(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.nouns[other.handle] & MASSIVE and scene.on(spot, other)


def _upon(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not scene.nouns[other.handle] & HOLLOW and scene.on(spot, other)


def _on_top(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return "fixture" not in scene.nouns[other.handle] and _upon(scene, spot, other)


def _near(distance: float) -> Relation:
    return lambda scene, spot, other: _within(spot, other, distance)


def _middle(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    own = min(spot.size[:2])
    return all(off <= (MIDDLE * size + own) / 2 for off, size in zip(_local(spot, other), other.size, strict=False))


def _corner(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    off = any(away > size / 10 for away, size in zip(_local(spot, other), other.size, strict=False))
    return off or bool(scene.nouns[other.handle] & {"ell", "corner"})  # whose corner is where they are


def _far(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    return not _within(spot, other, APART_FROM)


def _out(scene: Arrangement, spot: Spot, other: Spot) -> bool:
    begun = scene.before[spot.handle]
    return _within(begun, other, NEARBY) or (spot.goal >= 0 and not _within(spot, other, TOUCHING))


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
    "held": lambda scene, spot, other: scene.on(spot, other),
    "center": _middle,
    "corners": _corner,
    "far": _far,
    "out": _out,
}
