"""How places lie to each other: in a row, on a circle, in layers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

LEVEL = 0.008  # metres: less is the same layer
STEP = 0.01  # metres that the middle of a layer is off the one below it: no pyramid, but stairs
SAME_PLACE = 0.008  # metres
LINE = 0.12  # of a row's length that its things may be off it
EVEN = 0.25  # of a circle's radius, or of the step between its things


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
