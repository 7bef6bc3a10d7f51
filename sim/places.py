"""Where a layout's goals put things, seen without physics: what is in place, and which targets nothing can be at.

Lengths are metres.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sim.catalogue import find_asset
from sim.geometry import footprints_overlap, rotate, yaw_difference, yaw_of
from sim.layout import WORKSPACE, GoalSpec, Layout, ObjectSpec, Pose, Vector3
from sim.scoring import FLOATING, HEIGHT_TOLERANCE, zone_of
from sim.verdict import Diagnostic, found
from sim.world import name_of

MARGIN = 0.02  # beyond the workspace that an object's or a target's middle may lie
NEAR = 0.01  # around a footprint, within which something may still carry it
UPRIGHT = 0.99


def inside_workspace(position: Vector3) -> bool:
    """Whether a middle is in the workspace, to 2 cm."""
    return all(low - MARGIN <= value <= high + MARGIN for value, (low, high) in zip(position, WORKSPACE, strict=True))


def misstated_targets(layout: Layout) -> Iterator[Diagnostic]:
    """Targets outside the workspace or in the air, and goals that bring everything back."""
    outside = list(_outside(layout))
    yield from outside
    if not outside:
        yield from _floating(layout)
        yield from _cancelled(layout)


def in_place(layout: Layout, goal: GoalSpec, row: int, pose: Pose, slack: float = 0.0) -> bool:
    """Whether an object at this pose is, seen from above, at a target (or in a zone) that it may go to, to `slack`."""
    if goal.metric == "zone":
        return zone_of(layout, goal, row, pose, "ravens") is not None
    (x, y, _), yaw = pose[0], yaw_of(pose[1])
    for target, allowed in zip(goal.targets, goal.matches[row], strict=True):
        if allowed and math.hypot(x - target[0][0], y - target[0][1]) <= layout.pos_eps + slack:
            turn = yaw_difference(yaw_of(target[1]), yaw, goal.symmetries[row])
            if abs(turn) <= layout.rot_eps + 1e-9 or slack > 0.0:
                return True
    return False


def under(layout: Layout, index: int, target: Pose) -> int | None:
    """What a target of a goal is on or in, seen from above: the smallest object that is not moved; None: the table."""
    moved = {handle for goal in layout.goals[: index + 1] for handle in goal.objects}
    there = [
        spec
        for spec in layout.objects
        if spec.id not in moved and math.dist(spec.pose[0][:2], target[0][:2]) < max(spec.size[:2]) / 2
    ]
    return min(there, key=lambda spec: spec.size[0] * spec.size[1]).id if there else None


# -- outside, and in the air -----------------------------------------------------------------------------------------


def _outside(layout: Layout) -> Iterator[Diagnostic]:
    for number, goal in enumerate(layout.goals, start=1):
        for column, (position, _) in enumerate(goal.targets):
            if not inside_workspace(position):
                x, y, z = position
                going = (handle for handle, cells in zip(goal.objects, goal.matches, strict=True) if cells[column])
                handle = next(going, goal.objects[0])
                message = f"goal {number} has a target at ({x:.2f}, {y:.2f}, {z:.2f}), outside the workspace"
                yield found(layout, "target-outside", message, goal=number, object=handle, x=x, y=y, z=z)
                break


@dataclass(frozen=True)
class _Top:
    """What may carry something: an object where it is or may come to be, and how high its upper side is at most."""

    handle: int
    pose: Pose
    size: Vector3
    height: float


def _floating(layout: Layout) -> Iterator[Diagnostic]:
    """Targets that nothing can carry, whatever the goals before do: supports are taken as high as they can be."""
    tops = [
        _Top(spec.id, spec.pose, _wide(spec), _highest(spec)) for spec in layout.objects if find_asset(spec.asset).solid
    ]
    for number, goal in enumerate(layout.goals, start=1):
        specs = [layout.object(handle) for handle in goal.objects]
        if goal.metric == "zone":
            height = sum(max(spec.size) for spec in specs)
            for zone in goal.zones:
                tops.append(_Top(specs[0].id, zone.pose, zone.size, _support(tops, zone.pose, zone.size) + height))
            continue
        worst: tuple[float, int, Pose] | None = None
        for target, column in sorted(zip(goal.targets, range(len(goal.targets)), strict=True), key=_level):
            going = {spec.size: spec for spec, cells in zip(specs, goal.matches, strict=True) if cells[column]}
            for spec in going.values():
                gap = bottom_of(spec, target) - _support(tops, target, _wide(spec))
                if gap > max(FLOATING, worst[0] if worst else 0.0) and is_upright(target):
                    worst = gap, spec.id, target
            carried = [
                (max(_support(tops, target, _wide(spec)), bottom_of(spec, target)), spec) for spec in going.values()
            ]
            heights = [(floor + max(spec.size), spec) for floor, spec in carried]
            if heights:
                height, spec = max(heights, key=lambda item: item[0])
                tops.append(_Top(spec.id, target, _wide(spec), height))
        if worst:
            yield _hangs(layout, number, worst, tops)


def _hangs(layout: Layout, number: int, worst: tuple[float, int, Pose], tops: list[_Top]) -> Diagnostic:
    gap, handle, target = worst
    message = f"a target of goal {number} hangs {gap * 1000:.0f} mm above anything that could carry"
    bottom = bottom_of(layout.object(handle), target)
    beside = [top for top in tops if top.handle != handle and abs(top.height - bottom) < FLOATING]
    hint = f"lower it by {gap * 1000:.0f} mm, to the height at which the object's middle rests on what stands there"
    values: dict[str, Any] = {"goal": number, "object": handle, "mm": round(gap * 1000, 1)}
    if (later := _carried_later(layout, number, handle, target)) is not None:
        hint = f"goal {later} brings what would carry it: add that goal before this one"
        values |= {"by": later}
    elif beside:
        nearest = min(beside, key=lambda top: math.dist(top.pose[0][:2], target[0][:2]))
        apart = math.dist(nearest.pose[0][:2], target[0][:2]) * 1000
        hint += f", or move it by {apart:.0f} mm onto {name_of(layout, nearest.handle)}"
        values |= {"beside": nearest.handle, "aside_mm": round(apart, 1)}
    return found(layout, "floating-target", f"{message} {name_of(layout, handle)}", hint, **values)


def _carried_later(layout: Layout, number: int, handle: int, target: Pose) -> int | None:
    """The goal after this one that brings something under a target that hangs in the air."""
    spec = layout.object(handle)
    for later, goal in enumerate(layout.goals[number:], start=number + 1):
        for other, (place, _) in itertools.product(map(layout.object, goal.objects), goal.targets):
            pose = (place, target[1])
            top = bottom_of(other, pose) + other.size[2]
            under_it = footprints_overlap((target, spec.size), (pose, other.size))
            if under_it and abs(top - bottom_of(spec, target)) < FLOATING:
                return later
    return None


def _level(item: tuple[Pose, int]) -> float:
    return item[0][0][2]


def _support(tops: Sequence[_Top], pose: Pose, size: Vector3) -> float:
    """The highest top under a footprint; 0 for the table."""
    under_it = (top.height for top in tops if footprints_overlap((pose, size), (top.pose, top.size), NEAR))
    return max(under_it, default=0.0)


def _wide(spec: ObjectSpec) -> Vector3:
    """A footprint that holds the object however it is tilted."""
    return spec.size if is_upright(spec.pose) else (max(spec.size),) * 3


def _highest(spec: ObjectSpec) -> float:
    bottom = bottom_of(spec, spec.pose)
    return bottom + spec.size[2] if is_upright(spec.pose) else spec.pose[0][2] + sum(spec.size)


def bottom_of(spec: ObjectSpec, pose: Pose) -> float:
    """Height of an object's underside when it stands upright at a pose."""
    return pose[0][2] - find_asset(spec.asset).standing_height(spec.size)


def is_upright(pose: Pose) -> bool:
    """Whether what is at this pose stands as it was made to stand."""
    return rotate(pose[1], (0.0, 0.0, 1.0))[2] > UPRIGHT


# -- for nothing -----------------------------------------------------------------------------------------------------


def _cancelled(layout: Layout) -> Iterator[Diagnostic]:
    """Goals that bring every object back to where it was at the beginning."""
    moves = [handle for goal in layout.goals for handle in goal.objects]
    if len(moves) == len(set(moves)):
        return
    for handle in set(moves):
        index = max(number for number, goal in enumerate(layout.goals) if handle in goal.objects)
        goal, pose = layout.goals[index], layout.object(handle).pose
        row = goal.objects.index(handle)
        levels = [target[0][2] for target, allowed in zip(goal.targets, goal.matches[row], strict=True) if allowed]
        level = goal.metric == "zone" or any(abs(z - pose[0][2]) <= HEIGHT_TOLERANCE for z in levels)
        if not (level and in_place(layout, goal, row, pose)):
            return
    last = layout.goals[-1].objects[0]
    message = f"the goals bring everything back to where it was: {name_of(layout, last)} ends where it began"
    yield found(layout, "goals-cancel", message, goal=len(layout.goals), object=last)
