"""Sizes of things, and places beside and on top of each other; lengths in metres."""

from __future__ import annotations

from collections.abc import Sequence

from agent.grammar.relations import PLANK, SHAPE
from agent.grammar.spec import Thing, joined
from sim.catalogue import find_asset

SPACING = 0.055  # between the middles of neighbours
TIGHT = 0.042  # between the middles of blocks that others stand on
MARGIN = 0.02  # between neighbours
SHAPE_SIZE = (0.06, 0.06, 0.02)
PLANK_SIZE = (0.12, 0.04, 0.02)

Size = tuple[float, float, float]


def size_of(thing: Thing) -> Size:
    """Outer size (m) of one of the things."""
    if thing.asset == SHAPE:
        return SHAPE_SIZE
    return PLANK_SIZE if thing.asset == PLANK else find_asset(thing.asset).size


def height_of(thing: Thing) -> float:
    """Height (m) of one of the things."""
    return size_of(thing)[2]


def top_of(target: Thing) -> float:
    """How far the upper side of a target is above its pose (m); a mark has no height."""
    asset = find_asset(target.asset)
    if not asset.solid:
        return 0.0
    return round(asset.size[2] / 2 if asset.origin == "center" else asset.size[2], 4)


def spacing_of(things: Sequence[Thing]) -> float:
    """Distance (m) between the middles of neighbours."""
    widest = max(max(size_of(thing)[:2]) for thing in things)
    return round(max(SPACING, widest + MARGIN), 3) if widest > 0.03 else 0.04


def row(count: int, spacing: float = SPACING) -> list[float]:
    """Places along a line, around 0."""
    return [round(spacing * (index - (count - 1) / 2), 4) for index in range(count)]


def grid(count: int, spacing: float = SPACING) -> list[tuple[float, float]]:
    """Places beside each other in two columns, or in three from five on."""
    columns = 1 if count == 1 else 2 if count in (2, 4) else 3
    rows = -(-count // columns)
    cells = [(x, y) for x in row(columns, spacing) for y in row(rows, spacing)]
    return cells[:count]


def each(things: Sequence[Thing]) -> list[Thing]:
    """The things one by one."""
    return [Thing(thing.asset, thing.color, 1, thing.form) for thing in things for _ in range(thing.count)]


def every(things: Sequence[Thing]) -> str:
    """`the two red blocks and the blue ball`."""
    return joined([thing.counted for thing in things])


def lift(spec_things: Sequence[Thing], target: Thing) -> float:
    """Height (m) of the middle of things that stand on a target, above the target's pose."""
    return round(top_of(target) + max(height_of(thing) for thing in spec_things) / 2, 4)
