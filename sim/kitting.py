"""The twenty kitting shapes, for `sim/build_assets.py`: each is a union of convex polygons.

PyBullet makes one convex hull of each part of a mesh, so a ring that is made of convex parts has a hole that one can
feel. The field's numbers are kept: 0 is the letter R, 11 the circle (Ravens, CLIPort). Shapes that look the same after
a turn are built around the origin, the others around the middle of their outline. A shape's extent is twice its reach
from the origin along x and y, and the larger of the two is 1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

Point = tuple[float, float]
Polygon = tuple[Point, ...]  # convex, counter-clockwise
Parts = tuple[Polygon, ...]

ORIGIN: Point = (0.0, 0.0)
STEP = math.radians(10.0)  # an arc's corners are at most this far apart
WEDGE = 45.0  # degrees: the hole in a ring has straight sides of this length


def shape(number: int) -> Parts:
    """The convex parts of a shape, whose larger extent is 1."""
    parts = SHAPES[number]()
    size = max(extent(parts))
    return tuple(tuple((x / size, y / size) for x, y in part) for part in parts)


def extent(parts: Parts) -> Point:
    """Twice the reach from the origin along x and y."""
    points = [point for part in parts for point in part]
    return 2 * max(abs(x) for x, _ in points), 2 * max(abs(y) for _, y in points)


def _letter_r() -> Parts:
    bowl = _arc((0.45, 0.69), 0.07, 0.31, -90, 90)
    leg = ((0.52, 0.0), (0.84, 0.0), (0.56, 0.42), (0.26, 0.42))
    return _centred(_bar(0.0, 0.27, 0.0, 1.0), _bar(0.2, 0.46, 0.76, 1.0), _bar(0.2, 0.46, 0.38, 0.62), *bowl, leg)


def _letter_a() -> Parts:
    left = ((0.0, 0.0), (0.28, 0.0), (0.61, 1.0), (0.35, 1.0))
    return _centred(left, _mirrored(left), ((0.12, 0.2), (0.88, 0.2), (0.8, 0.43), (0.2, 0.43)))


def _letter_t() -> Parts:
    return _centred(_bar(0.0, 0.9, 0.73, 1.0), _bar(0.31, 0.59, 0.0, 1.0))


def _letter_g() -> Parts:
    return _centred(*_arc((0.5, 0.5), 0.24, 0.5, 45, 360), _bar(0.5, 1.0, 0.32, 0.56))


def _letter_v() -> Parts:
    left = ((0.0, 1.0), (0.36, 0.0), (0.64, 0.0), (0.29, 1.0))
    return _centred(left, _mirrored(left))


def _letter_e() -> Parts:
    return _centred(_bar(0.0, 0.28, 0.0, 1.0), *(_bar(0.0, 0.72, y, y + 0.24) for y in (0.0, 0.38, 0.76)))


def _letter_l() -> Parts:
    return _centred(_bar(0.0, 0.28, 0.0, 1.0), _bar(0.0, 0.7, 0.0, 0.27))


def _letter_m() -> Parts:
    diagonal = ((0.0, 1.0), (0.36, 0.25), (0.64, 0.25), (0.28, 1.0))
    return _centred(_bar(0.0, 0.24, 0.0, 1.0), _bar(0.76, 1.0, 0.0, 1.0), diagonal, _mirrored(diagonal))


def _plus() -> Parts:
    return _bar(-0.5, 0.5, -0.16, 0.16), _bar(-0.16, 0.16, -0.5, 0.5)


def _flower() -> Parts:
    petals = ((0.27, 0.0), (0.0, 0.27), (-0.27, 0.0), (0.0, -0.27))
    return _bar(-0.2, 0.2, -0.2, 0.2), *(_circle(0.23, middle) for middle in petals)


def _star() -> Parts:
    fifth = math.radians(72.0)
    tips = [math.pi / 2 + fifth * index for index in range(5)]
    return tuple(
        (ORIGIN, _at(ORIGIN, 0.24, tip - fifth / 2), _at(ORIGIN, 0.5, tip), _at(ORIGIN, 0.24, tip + fifth / 2))
        for tip in tips
    )


def _heart() -> Parts:
    # The left half: from the tip up the middle, then around the lobe to where the straight flank begins.
    lobe = [(0.5 - 0.24 + 0.26 * math.cos(angle), 0.7 + 0.26 * math.sin(angle)) for angle in _angles(0.0, 220.0)]
    left = ((0.5, 0.0), *lobe)
    return _centred(left, _mirrored(left))


SHAPES: tuple[Callable[[], Parts], ...] = (
    _letter_r,
    _letter_a,
    lambda: (_regular(3),),
    lambda: (_bar(-0.5, 0.5, -0.5, 0.5),),
    _plus,
    _letter_t,
    lambda: (((0.33, 0.0), (0.0, 0.5), (-0.33, 0.0), (0.0, -0.5)),),  # diamond
    lambda: (_regular(5),),
    lambda: (_bar(-0.5, 0.5, -0.28, 0.28),),  # rectangle
    _flower,
    _star,
    lambda: (_circle(0.5),),
    _letter_g,
    _letter_v,
    _letter_e,
    _letter_l,
    lambda: _arc(ORIGIN, 0.25, 0.5, 0, 360),  # ring
    lambda: (_regular(6),),
    _heart,
    _letter_m,
)


def _bar(left: float, right: float, front: float, back: float) -> Polygon:
    return (left, front), (right, front), (right, back), (left, back)


def _regular(corners: int) -> Polygon:
    """A regular polygon in a circle of diameter 1, one corner at the top."""
    return tuple(_at(ORIGIN, 0.5, math.pi / 2 + 2 * math.pi * index / corners) for index in range(corners))


def _angles(start: float, end: float) -> list[float]:
    """Angles (rad) from `start` to `end` (degrees), for the corners of an arc."""
    steps = math.ceil(math.radians(end - start) / STEP - 1e-9)
    return [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]


def _circle(radius: float, middle: Point = ORIGIN) -> Polygon:
    return tuple(_at(middle, radius, angle) for angle in _angles(0.0, 360.0)[:-1])


def _arc(middle: Point, inner: float, outer: float, start: float, end: float) -> Parts:
    """A bent stroke from one angle (degrees) to another: round outside, straight-sided inside."""
    wedges = math.ceil((end - start) / WEDGE - 1e-9)
    bounds = [start + (end - start) * index / wedges for index in range(wedges + 1)]
    parts = []
    for first, last in itertools.pairwise(bounds):
        angles = _angles(first, last)
        rim = [_at(middle, outer, angle) for angle in angles]
        parts.append((*rim, _at(middle, inner, angles[-1]), _at(middle, inner, angles[0])))
    return tuple(parts)


def _at(middle: Point, radius: float, angle: float) -> Point:
    return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)


def _mirrored(polygon: Polygon) -> Polygon:
    """The polygon mirrored at x = 0.5."""
    return tuple((1.0 - x, y) for x, y in reversed(polygon))


def _centred(*parts: Polygon) -> Parts:
    """The parts, moved so that the middle of their outline is the origin."""
    points = [point for part in parts for point in part]
    x, y = ((min(point[axis] for point in points) + max(point[axis] for point in points)) / 2 for axis in (0, 1))
    return tuple(tuple((a - x, b - y) for a, b in part) for part in parts)
