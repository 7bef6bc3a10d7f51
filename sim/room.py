"""Is there room at the targets? What stands there when a goal's turn comes, and what earlier goals put there.

A height that is given too low is read as "resting there" (published files are loose in z), so a target inside a body
may well mean "on top of it". Only what no reading can mend is a finding. Lengths are metres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.catalogue import find_asset
from sim.geometry import apply, footprints_overlap
from sim.layout import GoalSpec, Layout, ObjectSpec, Pose, Vector3
from sim.places import bottom_of, is_upright
from sim.scoring import HEIGHT_TOLERANCE, SUPPORTED, needed_objects
from sim.verdict import Diagnostic, found
from sim.world import name_of

NEAR = 0.01  # metres, between two targets that mean one place
LEVEL = 0.005  # metres: less than this above another, a target is not on top of it
ROUND = 0.8  # of the square around a round footprint, that is taken for it
# Solid things with a hollow or a hole, where something may be whose footprint is inside theirs.
HOLLOW = frozenset(
    [
        "bowl/bowl.urdf",
        "container/container-template.urdf",
        "hanoi/disk0.urdf",
        "hanoi/disk1.urdf",
        "hanoi/disk2.urdf",
        "hanoi/stand.urdf",
        "insertion/ell.urdf",
        "insertion/fixture.urdf",
        "kitting/kit.urdf",
        "kitting/object-template.urdf",
    ]
)
STACKING = re.compile(r"\b(stack|tower|pile|pyramid|wall|column|layer|top|atop|upon|over|above|rings?|dis[ck]s?)")


@dataclass(frozen=True)
class Standing:
    """Something that stands somewhere when a goal's turn comes.

    Attributes:
        spec: The object.
        pose: Where it stands.
        bottom: Height of its underside.
        goal: Index of the goal that put it there; None: it was there from the beginning.
    """

    spec: ObjectSpec
    pose: Pose
    bottom: float
    goal: int | None = None

    @property
    def top(self) -> float:
        """Height of its upper side."""
        return self.bottom + self.spec.size[2]


def crowded_targets(layout: Layout) -> Iterator[Diagnostic]:
    """Targets where something else stands, beside which there is no room and on which nothing would stay."""
    for index, goal in enumerate(layout.goals):
        yield from _shared_place(layout, index)
        standing = _standing(layout, index)
        for handle, target in _destined(layout, goal).items():
            taken = _taken(layout, index, handle, target, standing)
            if taken is not None:
                yield _at_a_taken_place(layout, index, handle, target, taken)
                break


def _shared_place(layout: Layout, index: int) -> Iterator[Diagnostic]:
    """One goal that wants more objects than have room at its targets, to its tolerance."""
    goal = layout.goals[index]
    specs = [layout.object(handle) for handle in goal.objects]
    nested = any(spec.asset in HOLLOW for spec in specs) and len({spec.size for spec in specs}) > 1
    if goal.metric == "zone" or goal.replace or nested:
        return
    apart = min(min(spec.size[:2]) for spec in specs) - SUPPORTED - 2 * layout.pos_eps
    places: list[Pose] = []
    for target in goal.targets:
        if not any(
            math.dist(target[0][:2], place[0][:2]) < apart and abs(target[0][2] - place[0][2]) <= LEVEL
            for place in places
        ):
            places.append(target)
    if len(places) < needed_objects(goal):
        number = index + 1
        count = "one place" if len(places) == 1 else f"{len(places)} places"
        message = f"goal {number} wants {needed_objects(goal)} objects at {count}: its other targets are there too"
        hint = "give each object a place of its own, beside the others or (with its height there) on top of them"
        yield found(layout, "goals-collide", message, hint, goal=number, object=goal.objects[0], places=len(places))


def _standing(layout: Layout, index: int) -> list[Standing]:
    """What surely stands where it stands when a goal's turn comes, the goal's own objects left out."""
    there = {
        spec.id: Standing(spec, spec.pose, bottom_of(spec, spec.pose))
        for spec in layout.objects
        if find_asset(spec.asset).solid and is_upright(spec.pose)
    }
    for number, goal in enumerate(layout.goals[:index]):
        for handle in goal.objects:
            there.pop(handle, None)
        for handle, target in sorted(_destined(layout, goal).items(), key=lambda item: item[1][0][2]):
            spec = layout.object(handle)
            below = [other.top for other in there.values() if _covers([other], target)]
            bottom = max([bottom_of(spec, target), *below])
            there[handle] = Standing(spec, target, bottom, number)
    own = set(layout.goals[index].objects)
    return [item for handle, item in there.items() if handle not in own]


def _destined(layout: Layout, goal: GoalSpec) -> dict[int, Pose]:
    """The target of each object of a goal, where it is certain; which of several alike goes where is all the same."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    sizes = {layout.object(handle).size for handle in goal.objects}
    single = all(sum(cells) == 1 for cells in goal.matches)
    filled = len(goal.objects) == len(goal.targets) and len(sizes) == 1
    if goal.metric == "zone" or goal.replace or not (single or filled):
        return {}
    columns = maximum_bipartite_matching(csr_array(np.array(goal.matches).astype(int)), perm_type="column")
    pairs = zip(goal.objects, columns, strict=True)
    return {
        handle: goal.targets[column] for handle, column in pairs if column >= 0 and is_upright(goal.targets[column])
    }


def _taken(layout: Layout, index: int, handle: int, target: Pose, standing: list[Standing]) -> Standing | None:
    """What is in the way of an object at its target; None where it may stand beside or upon everything."""
    spec = layout.object(handle)
    level, depth = bottom_of(spec, target), SUPPORTED + layout.pos_eps / 2  # less, and it may still come to stand there
    in_the_way = [
        other
        for other in standing
        if level < other.top - HEIGHT_TOLERANCE
        and other.bottom < level + spec.size[2]
        and footprints_overlap((target, _core(spec)), (other.pose, _core(other.spec)), -depth)
    ]
    for other in in_the_way:
        if _same_place(layout, index, handle, target, other):
            return other
    meant_beside = [other for other in in_the_way if other.spec.asset not in HOLLOW]
    for other in meant_beside:
        if _taken_away(layout, index, handle, other.spec.id):
            return other
    top = max((other.top for other in meant_beside), default=0.0)
    carriers = [other for other in meant_beside if other.top > top - SUPPORTED]
    return None if not carriers or _covers(carriers, target) else carriers[0]


def _taken_away(layout: Layout, index: int, handle: int, other: int) -> bool:
    """Whether a later goal moves `other` from under an object that it does not move before."""
    for goal in layout.goals[index + 1 :]:
        if handle in goal.objects:
            return False
        if other in goal.objects:
            return True
    return False


def _same_place(layout: Layout, index: int, handle: int, target: Pose, other: Standing) -> bool:
    """Whether two goals want two objects at one place, not one upon the other: no word of the instruction says so."""
    reach = (min(layout.object(handle).size[:2]) + min(other.spec.size[:2])) / 2 - SUPPORTED - 2 * layout.pos_eps
    near = math.dist(target[0][:2], other.pose[0][:2]) < min(reach, NEAR)
    if other.goal is None or not near or abs(bottom_of(layout.object(handle), target) - other.bottom) > SUPPORTED:
        return False
    told = layout.goals[index].instruction.lower()
    return not STACKING.search(told) and not _is_named(layout, told, handle, other.spec)


def _is_named(layout: Layout, told: str, handle: int, other: ObjectSpec) -> bool:
    """Whether an instruction for one object names another as well, by its colour or else by its kind."""
    own = layout.object(handle)
    if other.color is not None and other.color != own.color:
        return other.color in told
    noun, own_noun = (find_asset(spec.asset).noun(spec.mesh) for spec in (other, own))
    return len(re.findall(rf"\b{re.escape(noun)}", told)) > (noun == own_noun)


def _at_a_taken_place(layout: Layout, index: int, handle: int, target: Pose, taken: Standing) -> Diagnostic:
    name, other, number = name_of(layout, handle), name_of(layout, taken.spec.id), index + 1
    apart = math.dist(target[0][:2], taken.pose[0][:2]) * 1000
    values = {"goal": number, "object": handle, "other": taken.spec.id, "mm": round(apart, 1)}
    final = not any(taken.spec.id in goal.objects for goal in layout.goals[index:])
    if taken.goal is not None and final:
        message = f"goal {number} wants {name} {apart:.0f} mm from where goal {taken.goal + 1} leaves {other}"
        height = taken.top + find_asset(layout.object(handle).asset).standing_height(layout.object(handle).size)
        hint = f"give {name} a place of its own, or z = {height:.3f} to stand on {other}"
        return found(layout, "goals-collide", message, hint, **values, by=taken.goal + 1)
    stays = "which is moved away only later" if not final else "which stays there"
    message = (
        f"goal {number} wants {name} {apart:.0f} mm from the middle of {other}, {stays}: they are inside each other"
    )
    hint = f"choose a free place with self.get_random_pose, or move {other} away in an earlier goal"
    return found(layout, "target-in-object", message, hint, **values)


def _core(spec: ObjectSpec) -> Vector3:
    """A footprint that is certainly filled."""
    factor = ROUND if find_asset(spec.asset).symmetry == 0.0 else 1.0
    return spec.size[0] * factor, spec.size[1] * factor, spec.size[2]


def _covers(carriers: Sequence[Standing], target: Pose) -> bool:
    """Whether a target's middle is within the convex hull of what carriers cover: there an object would stay."""
    x, y, _ = target[0]
    angles = []
    for item in carriers:
        for a, b in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            corner = apply(item.pose, (a * item.spec.size[0] / 2, b * item.spec.size[1] / 2, 0.0))
            angles.append(math.atan2(corner[1] - y, corner[0] - x))
    angles.sort()
    gaps = [after - before for before, after in zip(angles, [*angles[1:], angles[0] + 2 * math.pi], strict=True)]
    return max(gaps, default=2 * math.pi) < math.pi
