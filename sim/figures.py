"""The figures that points on the table make: rows, circles, triangles, squares. Seen from above, in metres."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

Point = tuple[float, float]

ROW = 0.15  # of a row's length that its points may be off it
ROUND = 0.35  # of a circle's radius that its points may be off it
OPEN = math.radians(150.0)  # a circle with a larger gap is an arc
CORNER = math.radians(20.0)  # a hull turns by more where it has a corner


def is_straight(points: Sequence[Point]) -> bool:
    """Whether at least two points lie in a row."""
    ends = max(itertools.combinations(points, 2), key=lambda pair: math.dist(*pair))
    (ax, ay), (bx, by) = ends
    length = math.dist(*ends)
    return all(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) <= ROW * length**2 for x, y in points)


def is_round(points: Sequence[Point]) -> bool:
    """Whether points lie on a circle, or half of one, with or without one in its middle."""
    for left_out in (None, *points):
        kept = [point for point in points if point != left_out]
        middle = (sum(x for x, _ in kept) / len(kept), sum(y for _, y in kept) / len(kept))
        radii = [math.dist(point, middle) for point in kept]
        if max(radii) - min(radii) <= ROUND * max(radii):
            return True
    return False


def is_arc(points: Sequence[Point]) -> bool:
    """Whether points lie on a part of a circle only: as seen from its middle, there is a large gap between them."""
    if len(points) < 4 or is_straight(points):
        return False
    import numpy as np

    places = np.array(points)
    # The circle that fits best (Kasa, 1976): x^2 + y^2 = 2 a x + 2 b y + c.
    equations = np.column_stack([2.0 * places, np.ones(len(places))])
    x, y, square = np.linalg.lstsq(equations, (places**2).sum(axis=1), rcond=None)[0]
    radius = math.sqrt(max(0.0, square + x * x + y * y))
    if any(abs(math.dist(point, (x, y)) - radius) > 0.1 * radius for point in points):
        return False
    angles = sorted(math.atan2(b - y, a - x) for a, b in points)
    return max(b - a for a, b in itertools.pairwise([*angles, angles[0] + math.tau])) > OPEN


def corners(points: Sequence[Point]) -> int:
    """How many corners the hull of points has; two for a row."""
    if is_straight(points):
        return 2
    hull = _hull(points)
    turns = 0
    for number, point in enumerate(hull):
        before, after = hull[number - 1], hull[(number + 1) % len(hull)]
        turn = math.atan2(after[1] - point[1], after[0] - point[0]) - math.atan2(
            point[1] - before[1], point[0] - before[0]
        )
        turns += abs(math.remainder(turn, math.tau)) > CORNER
    return turns


def _hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, counterclockwise (Andrew's monotone chain)."""
    halves: list[list[Point]] = []
    for listed in (sorted(points), sorted(points, reverse=True)):
        half: list[Point] = []
        for point in listed:
            while len(half) > 1 and _left(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return [*halves[0], *halves[1]]


def _left(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
