"""Zones: published files give one target, the zone's middle, for all that goes into it; here each object gets a place.

Success is measured by the zone; the targets only say where a robot may put things down.
"""

from __future__ import annotations

import math

from sim.builder import LayoutBuilder
from sim.geometry import apply, footprint_radius, invert
from sim.layout import GoalSpec

GAP = 0.01  # metres between two places


def roomy(goal: GoalSpec, env: LayoutBuilder) -> GoalSpec:
    """The goal with a grid of places in its zone, when it has one zone, one target and room for all of its objects."""
    count = len(goal.objects)
    if goal.metric != "zone" or count == 1 or len(goal.targets) != 1 or len(goal.zones) != 1:
        return goal
    sizes = [env.added(handle).size for handle in goal.objects]
    cell = max(max(size[:2]) if goal.rotations else 2 * footprint_radius(size) for size in sizes) + GAP
    (zone,) = goal.zones
    columns, rows = (max(1, int((length - GAP) / cell)) for length in zone.size[:2])
    if columns * rows < count:
        return goal
    _, _, z = apply(invert(zone.pose), goal.targets[0][0])
    places = [
        ((column - (columns - 1) / 2) * cell, (row - (rows - 1) / 2) * cell)
        for row in range(rows)
        for column in range(columns)
    ]
    nearest = sorted(places, key=lambda place: math.hypot(*place))[:count]
    targets = tuple((apply(zone.pose, (x, y, z)), zone.pose[1]) for x, y in nearest)
    matches = ((True,) * count,) * count
    return goal.model_copy(update={"targets": targets, "matches": matches, "replace": False})
