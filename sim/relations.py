"""What each goal of a layout does, in words that hold for the task and not for this seed: kinds, relations, forms.

No sizes and no places: a relation ("in bowl", "on placed block") is read from the geometry and then only named, so that
what was moved, turned, recoloured or made a little larger has the same description.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.arrangement import HOLLOW, Arrangement, Spot
from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.geometry import apply, footprints_overlap, invert, yaw_of
from sim.layout import GoalSpec, Layout, ObjectSpec
from sim.sentences import read

# What the catalogue's noun does not tell apart, or tells apart without need.
KINDS = {
    "hanoi/stand.urdf": "peg stand",
    "block/small.urdf": "small block",
    "kitting/object-template-nocollision.urdf": "hole",
    "sphere/sphere.urdf": "ball",
    "sphere/sphere-template.urdf": "ball",
}
INSERTED = HOLLOW | {"fixture", "hole", "kit"}  # what comes to their place is in them
SHAPES = "kitting/object-template.urdf"
BESIDE = 0.15  # metres between what is brought beside something and that, at most
CENTRAL = 0.02  # metres from the middle of targets: they are around what is there
OPPOSITE = math.radians(130.0)  # between two neighbours: what lies between them
ASIDE = math.radians(40.0)  # that a direction may be off one of the four sides
MOST_TARGETS = 40  # of a goal that are looked at
LEVEL = 0.008  # metres: less is the same layer
STEP = 0.01  # metres that the middle of a layer is off the one below it: no pyramid, but stairs
CORNER = 0.85  # of the way from the middle to an edge, beyond which something is at the edge
SAME_PLACE = 0.008  # metres
LINE = 0.12  # of a row's length that its things may be off it
EVEN = 0.25  # of a circle's radius, or of the step between its things
LARGER = 1.1  # times the volume: a larger thing
SIDES = (("behind", 0.0), ("left of", math.pi / 2), ("in front of", math.pi), ("right of", -math.pi / 2))


def kind_of(asset: str, mesh: str | None = None) -> str:
    """The kind of a thing: its noun, with exceptions; what is no asset is its own kind."""
    if asset in KINDS or not asset.endswith(".urdf"):
        return KINDS.get(asset, asset)
    try:
        return find_asset(asset).noun(mesh if asset == SHAPES else None)
    except (TaskError, KeyError):
        return asset


@dataclass(frozen=True)
class Doing:
    """What one goal does at one seed.

    Attributes:
        moved: How many things of each kind it moves.
        begun: Where they are before, as relation and kind; only what does not lie on the table.
        onto: How many targets have each relation to what is there, e.g. `in bowl`, `on placed block`, `table`.
        beside: Relations of targets to what is near, of which not all need be meant, with the distance in metres.
        form: How the targets lie to each other.
        spacing: `touching` or `apart`, empty for one target.
        metric: `pose` or `zone`.
        turned: Whether the yaw counts.
        pairing: `any` thing to any target, each to its `own`, or `groups`.
        colored: Whether things come to what has their own colour.
        rank: Which of the differently large things of the kind is moved, `1/3` being the smallest.
    """

    moved: Counter[str]
    begun: frozenset[str]
    onto: Counter[str]
    beside: dict[str, float]
    form: str
    spacing: str
    metric: str
    turned: bool
    pairing: str
    colored: bool
    rank: str


@dataclass(frozen=True)
class Scene:
    """A layout's description.

    Attributes:
        doings: What each goal does, in order.
        form: How the last places of all that is moved lie to each other.
        meant: The objects that are not moved, but are under a target, under something that is moved, or named.
        near: For each object that is not moved the relations of targets to it.
    """

    doings: tuple[Doing, ...]
    form: str
    meant: frozenset[int]
    near: dict[int, frozenset[str]]


def scene(layout: Layout, *, drawn: bool) -> Scene:
    """The description of a layout; `drawn` says that the kitting shapes are drawn at random, so that they are alike."""
    return _Reader(layout, drawn).scene()


class _Reader:
    """Reads a layout's goals."""

    def __init__(self, layout: Layout, drawn: bool) -> None:
        self.layout = layout
        self.there = Arrangement(layout)
        self.kinds = {
            item.id: "shape" if drawn and item.asset == SHAPES else kind_of(item.asset, item.mesh)
            for item in layout.objects
        }
        self.meant: set[int] = set(self.named())
        self.near: dict[int, set[str]] = {}
        self.under: dict[Spot, int | None] = {}
        self.ranks = self.sizes()

    def scene(self) -> Scene:
        doings = tuple(self.doing(number) for number in range(len(self.layout.goals)))
        last = sorted({turns[-1] for turns in self.there.turns.values()})
        ends = [spot for number in last for spot in self.spots(number)]
        return Scene(
            doings=doings,
            form="" if self.apart(ends) else form_of([spot.pose[0] for spot in ends]),
            meant=frozenset(self.meant - set(self.there.after)),
            near={handle: frozenset(labels) for handle, labels in self.near.items()},
        )

    def named(self) -> Iterator[int]:
        """What no goal moves and an instruction names by kind and colour."""
        mentions = [one for text in dict.fromkeys(self.layout.instructions) for one in read(text).mentions]
        for item in self.layout.objects:
            if item.id not in self.there.after and item.color:
                nouns = self.there.nouns[item.id]
                if any(item.color in one.colors and one.kinds and one.kinds & nouns for one in mentions):
                    yield item.id

    def sizes(self) -> dict[int, str]:
        """The rank by size of what is moved, among what is moved of its kind; empty where all are about as large."""
        ranks: dict[int, str] = {}
        for kind in {self.kinds[handle] for handle in self.there.after}:
            alike = [handle for handle in self.there.after if self.kinds[handle] == kind]
            volumes = {handle: math.prod(self.layout.object(handle).size) for handle in alike}
            levels: list[float] = []
            for volume in sorted(volumes.values()):
                if not levels or volume > LARGER * levels[-1]:
                    levels.append(volume)
            for handle, volume in volumes.items():
                rank = sum(volume >= level for level in levels)
                ranks[handle] = f"{rank}/{len(levels)}" if len(levels) > 1 else ""
        return ranks

    def spots(self, number: int) -> list[Spot]:
        """The different targets of a goal, each as a place of something that may come there."""
        goal = self.layout.goals[number]
        found = []
        for column, pose in enumerate(goal.targets[:MOST_TARGETS]):
            handle = next((h for h, cells in zip(goal.objects, goal.matches, strict=True) if cells[column]), None)
            if handle is not None:
                found.append(Spot(handle, number, pose, self.layout.object(handle).size))
        return found

    def doing(self, number: int) -> Doing:
        goal = self.layout.goals[number]
        spots = self.spots(number)
        onto: Counter[str] = Counter()
        beside: dict[str, float] = {}
        sides: list[set[str]] = []
        for spot in spots:
            support = self.support(spot)
            onto[self.upon(support)] += 1
            if support is None or not self.upon(support).startswith(("in ", "on placed ")):
                found = self.neighbours(spot)
                sides.append({label for label in found if _sided(label)})
                for label, distance in found.items():
                    beside[label] = min(distance, beside.get(label, distance))
        common = set.intersection(*sides) if len(sides) == len(spots) else set()
        beside = {label: distance for label, distance in beside.items() if label in common or not _sided(label)}
        if len(spots) > 1:
            beside |= self.around(spots)
        ranks = {self.ranks[handle] for handle in goal.objects}
        apart = self.apart(spots)
        return Doing(
            moved=Counter(self.kinds[handle] for handle in goal.objects),
            begun=frozenset({self.begun(handle, number) for handle in goal.objects} - {""}),
            onto=onto,
            beside=beside,
            form="" if apart else self.form(spots),
            spacing="" if apart else self.spacing(spots),
            metric=goal.metric,
            turned=any(goal.symmetries) and goal.metric == "pose",
            pairing=_pairing(goal),
            colored=self.colored(goal, spots),
            rank=ranks.pop() if len(ranks) == 1 else "mixed",
        )

    def form(self, spots: Sequence[Spot]) -> str:
        """How targets lie to each other, and to what they are on: a row may go from corner to corner."""
        form = form_of([spot.pose[0] for spot in spots])
        supports = {self.support(spot) for spot in spots}
        support = supports.pop()
        if supports or support is None or support in self.there.after:
            return form
        if form == "grid 2x2" and all(self.at_corner(spot, support) for spot in spots):
            return "corners"
        if form != "row":
            return form
        (ax, ay), (bx, by) = (spots[place].pose[0][:2] for place in (0, -1))
        turn = math.atan2(by - ay, bx - ax) - yaw_of(self.layout.object(support).pose[1])
        return "diagonal row" if abs(turn % (math.pi / 2) - math.pi / 4) < math.pi / 8 else form

    def at_corner(self, spot: Spot, support: int) -> bool:
        """Whether what comes to a target reaches, as good as, into a corner of what it stands on."""
        item = self.layout.object(support)
        x, y, _ = apply(invert(item.pose), spot.pose[0])
        reach = min(spot.size[:2]) / 2
        return all(abs(at) + reach > CORNER * size / 2 for at, size in ((x, item.size[0]), (y, item.size[1])))

    def apart(self, spots: Sequence[Spot]) -> bool:
        """Whether each target is at an object of its own, whose places say nothing of the task."""
        supports = [self.support(spot) for spot in spots]
        alone = [support for support in supports if support is not None and support not in self.there.after]
        return len(spots) > 1 and len(set(alone)) == len(spots)

    def support(self, spot: Spot) -> int | None:
        """What is under a target: the last that an earlier goal brought, else what stands on all the rest; or None."""
        if spot not in self.under:
            found = [handle for handle in self.there.supports(spot) if handle != spot.handle or self.piled(spot)]
            self.meant.update(found)
            top = found[0] if found else None
            if top is not None and top not in self.there.after:
                top = max((self.there.before[handle] for handle in found), key=_topmost).handle
            self.under[spot] = top
        return self.under[spot]

    def piled(self, spot: Spot) -> bool:
        """Whether the goal has targets on top of each other, so that a thing may come to stand on its own likes."""
        places = [pose[0] for pose in self.layout.goals[spot.goal].targets]
        return any(spot.height > z + LEVEL and math.dist(spot.pose[0][:2], (x, y)) < 0.05 for x, y, z in places)

    def upon(self, support: int | None) -> str:
        """The relation to what is under a target."""
        if support is None:
            return "table"
        kind = self.kinds[support]
        if support in self.there.after:
            return f"on placed {kind}"
        return f"in {kind}" if kind in INSERTED else f"on {kind}"

    def begun(self, handle: int, number: int) -> str:
        """What something that is moved for the first time stands on or in; nothing for the table."""
        if self.there.turns[handle][0] != number:
            return ""
        spot = self.there.before[handle]
        below = [other for other in self.there.before.values() if other.handle != handle and self.there.on(spot, other)]
        if not below:
            return ""
        self.meant.update(other.handle for other in below)
        kind = self.kinds[max(below, key=_topmost).handle]
        return f"from {'in' if kind in INSERTED else 'on'} {kind}"

    def neighbours(self, spot: Spot) -> dict[str, float]:
        """The relations of a target to what stands near it when its goal begins, with the distance (m)."""
        labels: dict[str, float] = {}
        close: list[tuple[Spot, str, float]] = []
        for other in (*self.there.resting, *self.there.ends):
            if other.goal >= spot.goal or other.handle == spot.handle or not _near(spot, other) or _flush(spot, other):
                continue
            kind = f"{'placed ' if other.goal >= 0 else ''}{self.kinds[other.handle]}"
            distance = math.dist(spot.pose[0][:2], other.pose[0][:2])
            turn = math.atan2(spot.pose[0][1] - other.pose[0][1], spot.pose[0][0] - other.pose[0][0])
            close.append((other, kind, turn))
            side = next((name for name, angle in SIDES if abs(_wrapped(turn - angle)) < ASIDE), "")
            for label in (f"beside {kind}", f"{side} {kind}" if side else ""):
                self._note(label, distance, labels, [other])
        for (first, a, turn_a), (second, b, turn_b) in itertools.combinations(close, 2):
            if abs(_wrapped(turn_a - turn_b)) > OPPOSITE:
                distance = math.dist(first.pose[0][:2], second.pose[0][:2])
                self._note(f"between {min(a, b)} and {max(a, b)}", distance, labels, [first, second])
        return labels

    def around(self, spots: Sequence[Spot]) -> dict[str, float]:
        """What the targets are around."""
        middle = [sum(spot.pose[0][axis] for spot in spots) / len(spots) for axis in (0, 1)]
        labels: dict[str, float] = {}
        for other in (*self.there.resting, *(end for end in self.there.ends if end.goal < spots[0].goal)):
            distance = math.dist(middle, other.pose[0][:2])
            if distance < CENTRAL and not any(_flush(spot, other) for spot in spots):
                self._note(f"around {self.kinds[other.handle]}", distance, labels, [other])
        return labels

    def _note(self, label: str, distance: float, labels: dict[str, float], others: Sequence[Spot]) -> None:
        """Notes a relation, if it is one, with the smallest distance, and the unmoved objects that it is to."""
        if label:
            labels[label] = min(distance, labels.get(label, distance))
            for other in others:
                if other.handle not in self.there.after:
                    self.near.setdefault(other.handle, set()).add(label)

    def spacing(self, spots: Sequence[Spot]) -> str:
        """Whether neighbours of one layer touch, as good as."""
        if len(spots) < 2:
            return ""
        pairs = [(a, b) for a, b in itertools.combinations(spots, 2) if abs(a.height - b.height) < LEVEL]
        if not pairs:
            return ""
        nearest = min(pairs, key=lambda pair: math.dist(pair[0].pose[0], pair[1].pose[0]))
        gap = math.dist(nearest[0].pose[0], nearest[1].pose[0]) - min(nearest[0].size[:2])
        return "touching" if gap < 0.5 * min(nearest[0].size[:2]) else "apart"

    def colored(self, goal: GoalSpec, spots: Sequence[Spot]) -> bool:
        """Whether whatever may come to a target has the colour of what is under it."""
        pairs = []
        for column, spot in enumerate(spots):
            support = self.support(spot)
            if support is None:
                return False
            comers = [h for h, cells in zip(goal.objects, goal.matches, strict=True) if cells[column]]
            pairs += [(_color(self.layout.object(h)), _color(self.layout.object(support))) for h in comers]
        return bool(pairs) and all(own is not None and own == other for own, other in pairs)


def form_of(places: Sequence[tuple[float, float, float]]) -> str:
    """How places (m) lie to each other: `tower 3`, `layers 3-2-1`, `stepped 2-1`, `row`, `grid 2x3`, `circle`."""
    different: list[tuple[float, float, float]] = []
    for place in places:
        if all(math.dist(place, other) > SAME_PLACE for other in different):
            different.append(place)
    if len(different) < 2:
        return ""
    levels: list[list[tuple[float, float, float]]] = []
    for place in sorted(different, key=lambda item: item[2]):
        if levels and place[2] - levels[-1][0][2] < LEVEL:
            levels[-1].append(place)
        else:
            levels.append([place])
    if len(levels) == 1:
        return _flat([place[:2] for place in different])
    if all(len(level) == 1 for level in levels):
        first = different[0]
        upright = all(math.dist(first[:2], place[:2]) < 0.02 for place in different)
        return f"tower {len(levels)}" if upright else "steps"
    middles = [[sum(place[axis] for place in level) / len(level) for axis in (0, 1)] for level in levels]
    stepped = any(math.dist(below, above) > STEP for below, above in itertools.pairwise(middles))
    return f"{'stepped' if stepped else 'layers'} {'-'.join(str(len(level)) for level in levels)}"


def _flat(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 2:
        return ""
    ends = max(itertools.combinations(points, 2), key=lambda pair: math.dist(*pair))
    (ax, ay), (bx, by) = ends
    length = math.dist(*ends)
    if all(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) <= LINE * length**2 for x, y in points):
        return "row"
    rows = _lattice(points)
    if rows:
        return rows
    middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    radii = [math.dist(point, middle) for point in points]
    turns = sorted(math.atan2(y - middle[1], x - middle[0]) for x, y in points)
    steps = [(after - before) % (2 * math.pi) for before, after in zip(turns, [*turns[1:], turns[0]], strict=True)]
    even = 2 * math.pi / len(points)
    if max(radii) - min(radii) <= EVEN * max(radii) and max(abs(step - even) for step in steps) <= EVEN * even:
        return "circle"
    return "loose"


def _lattice(points: Sequence[tuple[float, float]]) -> str:
    """`grid 2x3` for points on a rectangular lattice that they fill; or nothing."""
    for other in points[1:]:
        angle = math.atan2(other[1] - points[0][1], other[0] - points[0][0])
        turned = [
            (x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)) for x, y in points
        ]
        columns, rows = (_levels([point[axis] for point in turned]) for axis in (0, 1))
        if columns > 1 and rows > 1 and columns * rows == len(points):
            return f"grid {min(columns, rows)}x{max(columns, rows)}"
    return ""


def _levels(values: Sequence[float]) -> int:
    ordered = sorted(values)
    return 1 + sum(after - before > SAME_PLACE for before, after in itertools.pairwise(ordered))


def _topmost(spot: Spot) -> tuple[float, float]:
    """A key by which what lies on something comes after it; of two that are level the smaller lies in the other."""
    return round(spot.height, 3), -spot.size[0] * spot.size[1]


def _near(spot: Spot, other: Spot) -> bool:
    return footprints_overlap((spot.pose, spot.size), (other.pose, other.size), BESIDE)


def _flush(spot: Spot, other: Spot) -> bool:
    """Whether one is above the other."""
    return footprints_overlap((spot.pose, spot.size), (other.pose, other.size), -0.004)


def _pairing(goal: GoalSpec) -> str:
    if all(all(row) for row in goal.matches):
        return "any"
    return "own" if all(sum(row) == 1 for row in goal.matches) else "groups"


def _color(item: ObjectSpec) -> object:
    return item.color or item.rgb


def _sided(label: str) -> bool:
    return label.startswith(tuple(name for name, _ in SIDES))


def _wrapped(angle: float) -> float:
    return (angle + math.pi) % (2 * math.pi) - math.pi
