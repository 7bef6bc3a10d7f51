"""Heights of towers: published files add a centimetre or so a layer, which over three layers hangs in the air.

Each layer is read as standing on the one below it, when it hangs above that one by no more than a target may hang
above what carries it. A target that hangs in the air by itself is left where it is, for the proof to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.builder import LayoutBuilder
from sim.catalogue import find_asset
from sim.geometry import footprints_overlap
from sim.layout import GoalSpec, Pose, Vector3

FLOATING = 0.02  # metres that a target may hang above what carries it


@dataclass(frozen=True)
class _Placed:
    """Something that a goal put somewhere: pose and size, its top as it was stated, and its top as it is read."""

    pose: Pose
    size: Vector3
    stated: float
    top: float


def settled_targets(goals: Sequence[GoalSpec], env: LayoutBuilder) -> list[GoalSpec]:
    """The goals, with each target that stands on an earlier one lowered to where it stands."""
    placed: list[_Placed] = []
    read = []
    for goal in goals:
        targets = list(goal.targets)
        if goal.metric == "pose":
            for column in sorted(range(len(targets)), key=lambda item: goal.targets[item][0][2]):
                row = next((row for row, cells in enumerate(goal.matches) if cells[column]), None)
                if row is not None and goal.objects[row] <= len(env.objects):
                    spec = env.added(goal.objects[row])
                    below = find_asset(spec.asset).standing_height(spec.size)
                    targets[column] = _settle(targets[column], spec.size, below, placed)
        read.append(goal.model_copy(update={"targets": tuple(targets)}))
    lowered = [
        old[0][2] - new[0][2]
        for before, after in zip(goals, read, strict=True)
        for old, new in zip(before.targets, after.targets, strict=True)
    ]
    if max(lowered, default=0.0) > FLOATING:
        message = "targets of a tower hang too high; each is read as standing on the one below"
        env.warn("loose-height", message, "give the height at which the object's middle rests")
    return read


def _settle(target: Pose, size: Vector3, below: float, placed: list[_Placed]) -> Pose:
    (x, y, z), rotation = target
    under = [item for item in placed if footprints_overlap((target, size), (item.pose, item.size)) and item.stated < z]
    support = max(under, key=lambda item: item.stated, default=None)
    height = z
    if support is not None and 0.0 < z - below - support.stated <= FLOATING:
        height = min(z, support.top + below)
    read = (x, y, height), rotation
    placed.append(_Placed(target, size, z - below + size[2], height - below + size[2]))
    return read
