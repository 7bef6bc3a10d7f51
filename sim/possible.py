"""What no robot could do, seen without physics: things that stick out of their zones at their targets; too few steps.

The oracle would find it out as well, but late, and without saying why. Lengths are metres.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.geometry import apply, invert, yaw_of, yaw_quaternion
from sim.layout import GoalSpec, Layout, Pose, Vector3
from sim.places import in_place
from sim.scoring import ZONE_MARGIN, needed_objects
from sim.verdict import Diagnostic, found
from sim.world import name_of

STICKS_OUT = ZONE_MARGIN + 0.003  # of a zone, more than which is not forgiven
MANY = 10  # objects for one zone that nobody would pick one by one


def impossible(layout: Layout) -> Iterator[Diagnostic]:
    """Goals that are out of reach by their numbers alone."""
    if layout.primitive == "pick_place":
        yield from _outside_zones(layout)
        yield from _too_few_steps(layout)


# -- zones -----------------------------------------------------------------------------------------------------------


def _outside_zones(layout: Layout) -> Iterator[Diagnostic]:
    for number, goal in enumerate(layout.goals, start=1):
        for row, handle in enumerate(goal.objects if goal.metric == "zone" else ()):
            spec = layout.object(handle)
            beyond = [_beyond(layout, goal, row, target) for target in _allowed(goal, row)]
            if min(beyond, default=0.0) <= STICKS_OUT or in_place(layout, goal, row, spec.pose):
                continue
            name, apart = name_of(layout, handle), min(beyond) * 1000
            message = f"at its target in goal {number}, {name} sticks out of its zone by {apart:.0f} mm"
            values: dict[str, Any] = {"goal": number, "object": handle, "mm": round(apart, 1)}
            hint = "aim at a place where all of it is inside the zone"
            others = [column for column, target in enumerate(goal.targets) if _beyond(layout, goal, row, target) <= 0.0]
            if not any(_fits(spec.size, zone.size) for zone in goal.zones):
                hint = f"it does not fit into the zone: {_words(spec.size)} into {_words(goal.zones[0].size)}"
            elif others:
                hint = f"row {row + 1} of matches sends it there: it would fit at target {others[0] + 1}"
                values["argument"] = "matches"
            yield found(layout, "target-outside-zone", message, hint, **values)
            break


def _allowed(goal: GoalSpec, row: int) -> list[Pose]:
    return [target for target, allowed in zip(goal.targets, goal.matches[row], strict=True) if allowed]


def _beyond(layout: Layout, goal: GoalSpec, row: int, target: Pose) -> float:
    """How far an object at a target sticks out of the zone that it is nearest to being inside of."""
    spec = layout.object(goal.objects[row])
    yaw = yaw_of(target[1] if goal.rotations else spec.pose[1])
    pose = (target[0], yaw_quaternion(yaw))
    corners = [apply(pose, (a * spec.size[0] / 2, b * spec.size[1] / 2, 0.0)) for a in (-1, 1) for b in (-1, 1)]
    distances = []
    for zone in goal.zones:
        local = [apply(invert(zone.pose), corner) for corner in corners]
        distances.append(max(max(abs(x) - zone.size[0] / 2, abs(y) - zone.size[1] / 2) for x, y, _ in local))
    return min(distances)


def _fits(size: Vector3, zone: Vector3) -> bool:
    """Whether a footprint fits into a zone when its sides are along the zone's."""
    return all(length <= room + STICKS_OUT for length, room in zip(sorted(size[:2]), sorted(zone[:2]), strict=True))


def _words(size: Vector3) -> str:
    return f"{size[0] * 100:.0f} x {size[1] * 100:.0f} cm"


# -- steps -----------------------------------------------------------------------------------------------------------


def _too_few_steps(layout: Layout) -> Iterator[Diagnostic]:
    """One action moves one object: an object that is not in place takes an action at least."""
    beads = {bead for rope in layout.ropes for bead in rope.beads}
    moved, least, out = set[int](), 0, 0
    for number, goal in enumerate(layout.goals, start=1):
        placed = [
            handle in moved | beads or in_place(layout, goal, row, layout.object(handle).pose, slack=layout.pos_eps)
            for row, handle in enumerate(goal.objects)
        ]
        least += max(0, needed_objects(goal) - sum(placed))
        moved |= set(goal.objects)
        out = out or (number if least > layout.max_steps else 0)  # the goal at which the steps are used up
    if not out:
        return
    message = f"max_steps is {layout.max_steps}, but {least} objects have to be moved, each by an action of its own"
    hint = f"set max_steps to at least {least}"
    if any(len(goal.objects) >= MANY and goal.metric == "zone" for goal in layout.goals):
        hint = 'piles are pushed: set primitive = "push"'
    values = {"goal": out, "object": layout.goals[out - 1].objects[-1]}
    yield found(layout, "too-few-steps", message, hint, argument="max_steps", least=least, **values)
