"""Rows, circles and polygons are told apart by their points, however they are turned."""

from __future__ import annotations

import math

import pytest

from sim.figures import Point, corners, is_arc, is_round, is_straight


def around(count: int, degrees: float = 360.0, turn: float = 0.3) -> list[Point]:
    """So many points on a part of a circle."""
    steps = count if degrees == 360.0 else count - 1
    angles = [turn + math.radians(degrees) * number / steps for number in range(count)]
    return [(0.5 + 0.1 * math.cos(angle), 0.1 * math.sin(angle)) for angle in angles]


def filled(side: int) -> list[Point]:
    """Rows of one, two, three ... points, as the pins of bowling stand."""
    return [(0.05 * (column - row / 2), 0.05 * row) for row in range(side) for column in range(row + 1)]


@pytest.mark.parametrize("turn", [0.0, 0.4, 2.0])
@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_a_polygon_has_its_corners(count: int, turn: float) -> None:
    assert corners(around(count, turn=turn)) == count


def test_what_lies_inside_or_between_is_no_corner() -> None:
    assert corners(filled(4)) == 3
    assert corners([(0.1 * x, 0.1 * y) for x in range(3) for y in range(3)]) == 4
    assert corners([(0.3, 0.1), (0.4, 0.105), (0.5, 0.1)]) == 2


@pytest.mark.parametrize(("degrees", "arc"), [(360.0, False), (270.0, False), (180.0, True), (120.0, True)])
def test_a_part_of_a_circle_is_an_arc(degrees: float, arc: bool) -> None:
    points = around(5, degrees)
    assert is_round(points) or degrees < 180.0
    assert is_arc(points) == arc
    assert not is_straight(points)
