"""Structures of the relations in which things lie beside each other, or in what they fit into."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from agent.grammar.relations import (
    BALL,
    BLOCK,
    BOWL,
    BOX,
    CONTAINER,
    CORNER,
    CYLINDER,
    DISKS,
    ELL,
    FIXTURE,
    KIT,
    LINE,
    PALLET,
    PEGS,
    ROPE,
    SHAPE,
    SMALL,
    SQUARE,
    STAND,
    ZONE,
)
from agent.grammar.spec import Spec, Thing

PAIRS = ((BLOCK, BALL), (BLOCK, CYLINDER), (BALL, CYLINDER), (BLOCK, SMALL), (BALL, SMALL))
FORMS = ("star", "heart", "ring", "hexagon", "flower", "triangle", "plus", "pentagon", "diamond")


def laid() -> Iterator[Spec]:
    """All of them."""
    for family in (
        _put_into,
        _put_on,
        _line_up,
        _rows,
        _pair,
        _sort,
        _align,
        _move,
        _figures,
        _grid,
        _around,
        _fitted,
        _disks,
        _shapes,
        _soft,
    ):
        yield from family()


def _things(*kinds: str, first: int = 0) -> tuple[Thing, ...]:
    """One of each kind, each in a colour of its own."""
    return tuple(Thing(kind, str(first + number)) for number, kind in enumerate(kinds))


def _put_into() -> Iterator[Spec]:
    for kind, count in itertools.product((BALL, CYLINDER, SMALL), (1, 2, 3)):
        yield Spec("put-into", (Thing(kind, "0", count),), (Thing(BOWL, "1", count),))
    for kinds in (*PAIRS, (BLOCK, BALL, CYLINDER), (BOX, BALL)):
        yield Spec("put-into", _things(*kinds, first=1), (Thing(CONTAINER, "0"),))
    for kind, count in ((BLOCK, 2), (BLOCK, 4), (BALL, 1), (BALL, 3), (CYLINDER, 2), (SMALL, 3)):
        yield Spec("put-into", (Thing(kind, "1", count),), (Thing(CONTAINER, "0"),))


def _put_on() -> Iterator[Spec]:
    for kind, target, count in (
        (BLOCK, PALLET, 1),
        (BLOCK, ZONE, 3),
        (BLOCK, STAND, 2),
        (CYLINDER, PALLET, 2),
        (CYLINDER, ZONE, 1),
        (CYLINDER, STAND, 1),
        (SMALL, ZONE, 2),
        (SMALL, SQUARE, 5),
        (SMALL, STAND, 2),
        (BOX, PALLET, 1),
        (BOX, ZONE, 1),
        (BOX, SQUARE, 2),
    ):
        yield Spec("put-on", (Thing(kind, "0", count),), (Thing(target, "1"),))
    for kinds, target in (((BLOCK, CYLINDER), PALLET), ((BLOCK, CYLINDER), SQUARE), ((SMALL, CYLINDER), ZONE)):
        yield Spec("put-on", _things(*kinds), (Thing(target, "2"),))
    yield Spec("put-on", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(PALLET, "2"),))


def _line_up() -> Iterator[Spec]:
    for kind, count in (
        (BLOCK, 2),
        (BLOCK, 3),
        (BLOCK, 5),
        (CYLINDER, 2),
        (CYLINDER, 4),
        (SMALL, 3),
        (SMALL, 6),
        (BOX, 3),
    ):
        yield Spec("line-up", (Thing(kind, "0", count),), (Thing(LINE, "1"),))
    for kinds in ((BLOCK, CYLINDER), (BLOCK, CYLINDER, SMALL), (BOX, BLOCK), (BOX, CYLINDER)):
        yield Spec("line-up", _things(*kinds), (Thing(LINE, "5"),))
    yield Spec("line-up", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(LINE, "2"),))
    yield Spec("line-up", _things(*DISKS), (Thing(LINE, "5"),))


def _rows() -> Iterator[Spec]:
    for first, second in (((BLOCK, 3), (CYLINDER, 2)), ((BLOCK, 2), (BLOCK, 2)), ((SMALL, 3), (BLOCK, 3))):
        moved = (Thing(first[0], "0", first[1]), Thing(second[0], "1", second[1]))
        yield Spec("rows", moved, (Thing(LINE, "2"), Thing(LINE, "3")))


def _pair() -> Iterator[Spec]:
    for kind, target, count in (
        (BLOCK, BOWL, 2),
        (BALL, BOWL, 2),
        (BALL, BOWL, 3),
        (CYLINDER, BOWL, 3),
        (SMALL, BOWL, 2),
        (BLOCK, ZONE, 3),
        (CYLINDER, ZONE, 2),
        (BOX, ZONE, 2),
        (BOX, PALLET, 2),
    ):
        colors = [str(number) for number in range(count)]
        yield Spec("pair", tuple(Thing(kind, c) for c in colors), tuple(Thing(target, c) for c in colors))


def _sort() -> Iterator[Spec]:
    for kind, target, count in (
        (BLOCK, ZONE, 2),
        (CYLINDER, ZONE, 2),
        (SMALL, ZONE, 3),
        (BALL, CONTAINER, 2),
        (BLOCK, CONTAINER, 2),
    ):
        colors = ("0", "1")
        yield Spec("sort", tuple(Thing(kind, c, count) for c in colors), tuple(Thing(target, c) for c in colors))
    for kinds, target, counts in (
        ((BLOCK, CYLINDER), ZONE, (2, 2)),
        ((BLOCK, SMALL), ZONE, (1, 3)),
        ((BOX, BLOCK), ZONE, (1, 3)),
        ((BALL, BLOCK), CONTAINER, (2, 2)),
        ((BALL, CYLINDER), CONTAINER, (1, 2)),
    ):
        moved = tuple(
            Thing(kind, str(place), count) for place, (kind, count) in enumerate(zip(kinds, counts, strict=True))
        )
        yield Spec("sort", moved, (Thing(target, "2"), Thing(target, "3")))


def _align() -> Iterator[Spec]:
    for kinds in ((BLOCK,), (BOX, BOX), (BOX, BLOCK), (BLOCK, BLOCK, BLOCK)):
        yield Spec("align", _things(*kinds), _things(*[CORNER] * len(kinds), first=4))


def _move() -> Iterator[Spec]:
    for kind, count, first, last in (
        (BALL, 1, BOWL, BOWL),
        (BLOCK, 1, BOWL, ZONE),
        (CYLINDER, 1, BOWL, STAND),
        (BALL, 1, CONTAINER, BOWL),
        (BLOCK, 2, PALLET, ZONE),
        (BLOCK, 2, STAND, CONTAINER),
        (CYLINDER, 2, PALLET, CONTAINER),
        (CYLINDER, 3, ZONE, PALLET),
        (SMALL, 3, ZONE, STAND),
        (SMALL, 2, BOWL, CONTAINER),
        (BLOCK, 4, PALLET, STAND),
        (BALL, 2, CONTAINER, CONTAINER),
    ):
        yield Spec("move", (Thing(kind, "0", count),), (Thing(first, "1"), Thing(last, "2")))


def _figures() -> Iterator[Spec]:
    for kind, target, count in ((BLOCK, ZONE, 5), (CYLINDER, PALLET, 6), (SMALL, SQUARE, 6), (CYLINDER, SQUARE, 5)):
        yield Spec("circle", (Thing(kind, "0", count),), (Thing(target, "1"),))
    yield Spec("circle", (Thing(BLOCK, "0", 3), Thing(CYLINDER, "1", 3)), (Thing(ZONE, "2"),))
    for kind, target in ((BLOCK, ZONE), (CYLINDER, SQUARE), (BLOCK, PALLET), (SMALL, ZONE)):
        yield Spec("triangle", (Thing(kind, "0", 3),), (Thing(target, "1"),))
    yield Spec("triangle", _things(BLOCK, CYLINDER, SMALL), (Thing(SQUARE, "5"),))
    for kind, target, count in ((BLOCK, SQUARE, 4), (CYLINDER, ZONE, 4), (SMALL, PALLET, 4), (BLOCK, PALLET, 2)):
        yield Spec("corners", (Thing(kind, "0", count),), (Thing(target, "1"),))
    yield Spec("corners", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(SQUARE, "2"),))
    for kind, target, count in ((BLOCK, SQUARE, 3), (CYLINDER, ZONE, 3), (SMALL, SQUARE, 4)):
        yield Spec("diagonal", (Thing(kind, "0", count),), (Thing(target, "1"),))


def _grid() -> Iterator[Spec]:
    for kind, target, count in ((BLOCK, ZONE, 6), (CYLINDER, PALLET, 6), (SMALL, ZONE, 9), (SMALL, SQUARE, 6)):
        yield Spec("grid", (Thing(kind, "0", count),), (Thing(target, "1"),))
    for kinds, target, count in (
        ((BLOCK, CYLINDER), PALLET, 3),
        ((BLOCK, BLOCK), ZONE, 3),
        ((SMALL, BLOCK), SQUARE, 2),
        ((BLOCK, CYLINDER, SMALL), ZONE, 2),
        ((CYLINDER, SMALL), ZONE, 3),
    ):
        moved = tuple(Thing(kind, str(place), count) for place, kind in enumerate(kinds))
        yield Spec("grid", moved, (Thing(target, "5"),))


def _around() -> Iterator[Spec]:
    for kind, middle, count in (
        (BLOCK, CYLINDER, 2),
        (BLOCK, BALL, 4),
        (CYLINDER, BLOCK, 4),
        (SMALL, BLOCK, 4),
        (BLOCK, BOX, 2),
        (SMALL, CYLINDER, 5),
        (CYLINDER, BALL, 3),
    ):
        yield Spec("surround", (Thing(kind, "0", count),), (Thing(middle, "1"), Thing(ZONE, "2")))
    for relation, pairs in (
        ("left-of", ((BLOCK, BOWL), (CYLINDER, BLOCK))),
        ("right-of", ((SMALL, CYLINDER), (BOX, BALL))),
        ("in-front-of", ((BLOCK, CYLINDER), (SMALL, BOWL))),
        ("behind", ((CYLINDER, BALL), (SMALL, BLOCK))),
    ):
        for kind, middle in pairs:
            yield Spec(relation, (Thing(kind, "0"),), (Thing(middle, "1"), Thing(ZONE, "2")))
    for kind, posts, count in ((BLOCK, CYLINDER, 1), (CYLINDER, BLOCK, 1), (SMALL, BLOCK, 2), (BLOCK, BALL, 2)):
        yield Spec("between", (Thing(kind, "0", count),), (Thing(posts, "1", 2), Thing(ZONE, "2")))


def _fitted() -> Iterator[Spec]:
    yield Spec("insert", _things(ELL, ELL), _things(FIXTURE, FIXTURE, first=2))
    for target in (PALLET, ZONE):
        yield Spec("put-on", (Thing(ELL, "0"),), (Thing(target, "1"),))
    yield Spec("put-into", (Thing(ELL, "0"),), (Thing(CONTAINER, "1"),))


def _disks() -> Iterator[Spec]:
    large, middle, small = DISKS
    towers: tuple[tuple[str, ...], ...] = ((small,), (large, small))
    for disks in towers:
        yield Spec("hanoi", _things(*disks), (Thing(PEGS),))
    for disks in ((large,), (large, small), (large, middle, small)):  # of three, each has a peg of its own
        yield Spec("pegs", _things(*disks), (Thing(PEGS),))
    for disk, target in ((large, PALLET), (small, ZONE), (middle, STAND)):
        yield Spec("put-on", (Thing(disk, "0"),), (Thing(target, "1"),))


def _shapes() -> Iterator[Spec]:
    star, heart, ring, hexagon, flower, triangle, plus, pentagon, diamond = FORMS
    for forms in ((star,), (heart, ring), (hexagon, flower, triangle), (plus, pentagon, star, diamond)):
        yield Spec("kit", _shaped(*forms), (Thing(KIT),))
    for forms, target in (((heart,), PALLET), ((ring, hexagon), ZONE), ((plus,), SQUARE)):
        yield Spec("put-on", _shaped(*forms), (Thing(target, "5"),))
    yield Spec("put-into", _shaped(flower, diamond), (Thing(CONTAINER, "5"),))
    yield Spec("line-up", _shaped(star, ring, hexagon), (Thing(LINE, "5"),))


def _shaped(*forms: str) -> tuple[Thing, ...]:
    return tuple(Thing(SHAPE, str(number), form=form) for number, form in enumerate(forms))


def _soft() -> Iterator[Spec]:
    yield Spec("sweep", (Thing(SMALL, "0", 15),), (Thing(SQUARE, "1"),))
    yield Spec("sweep", (Thing(SMALL, "0", 10),), (Thing(ZONE, "1"),))
    yield Spec("rope", (Thing(ROPE, "0"),), (Thing(BLOCK, "1"), Thing(CYLINDER, "2")))
