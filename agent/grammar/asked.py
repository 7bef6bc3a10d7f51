"""Structures that only a goal asks for: too near to others to be explored, but each is what somebody may want."""

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
    LINE,
    PALLET,
    PLANK,
    RELATIONS,
    ROPE,
    SMALL,
    SQUARE,
    STAND,
    ZONE,
)
from agent.grammar.spec import Spec, Thing

SEATS = (BLOCK, CYLINDER, SMALL)
GROUNDS = (ZONE, PALLET, SQUARE)
PILE = 15  # blocks


def asked() -> Iterator[Spec]:
    """All of them; the first of a relation is what is meant where a goal says no more than its name."""
    for kind, ground in itertools.product(SEATS, GROUNDS):
        for relation, counts in (
            ("circle", (6, 5, 4, 3)),
            ("grid", (6, 4, 8, 9)),
            ("corners", (4, 2)),
            ("triangle", (3,)),
        ):
            for count in counts:
                yield Spec(relation, (Thing(kind, "0", count),), (Thing(ground, "1"),))
        if ground != PALLET:
            for count in (3, 4):
                yield Spec("diagonal", (Thing(kind, "0", count),), (Thing(ground, "1"),))
    for length, courses in ((2, 2), (3, 2), (4, 2), (2, 3), (3, 3)):
        yield Spec("wall", tuple(Thing(BLOCK, str(n), length) for n in range(courses)), (Thing(ZONE, "5"),))
    for disks in itertools.combinations(DISKS, 2):
        yield Spec("stack", tuple(Thing(disk, str(n)) for n, disk in enumerate(disks)), (Thing(STAND, "5"),))
    for kind, base in itertools.product((BLOCK, CYLINDER), (STAND, ZONE)):
        for count, towers in ((2, 2), (3, 2), (2, 3)):
            moved = tuple(Thing(kind, str(number), count) for number in range(towers))
            yield Spec("towers", moved, tuple(Thing(base, str(towers + number)) for number in range(towers)))
    yield Spec("house", (Thing(BLOCK, "0", 2), Thing(BLOCK, "1", 2), Thing(PLANK, "2")), (Thing(PALLET, "5"),))
    for relation in ("left-of", "right-of", "in-front-of", "behind"):
        for kind, middle in itertools.product(RELATIONS[relation].moves, (BLOCK, BALL, CYLINDER, BOWL)):
            yield Spec(relation, (Thing(kind, "0"),), (Thing(middle, "1"), Thing(ZONE, "2")))
    for kind, post, count in itertools.product((BLOCK, CYLINDER, BALL, SMALL), (CYLINDER, BLOCK, BALL), (1, 2)):
        yield Spec("between", (Thing(kind, "0", count),), (Thing(post, "1", 2), Thing(ZONE, "2")))
    for kind, first, last in itertools.product(
        (BLOCK, CYLINDER, SMALL), (PALLET, ZONE, STAND, BOWL), (ZONE, PALLET, STAND)
    ):
        for count in (1,) if first == BOWL else (1, 2, 3):
            if first != last:
                yield Spec("move", (Thing(kind, "0", count),), (Thing(first, "1"), Thing(last, "2")))
    for kind, first, last in itertools.product((BALL, BLOCK, CYLINDER, SMALL), (BOWL, CONTAINER), (BOWL, CONTAINER)):
        yield Spec("move", (Thing(kind, "0"),), (Thing(first, "1"), Thing(last, "2")))
    yield Spec("align", (Thing(BOX, "0"),), (Thing(CORNER, "1"),))
    yield Spec("align", (Thing(BLOCK, "0"), Thing(BLOCK, "1")), (Thing(CORNER, "2"), Thing(CORNER, "3")))
    yield Spec("insert", (Thing(ELL, "0"),), (Thing(FIXTURE, "1"),))
    yield Spec("rope", (Thing(ROPE, "0"),), (Thing(LINE, "1"),))
    yield Spec("rope", (Thing(ROPE, "0"),), (Thing(SQUARE, "1"),))
    for target in (ZONE, SQUARE):
        yield Spec("sweep", (Thing(SMALL, "0", PILE),), (Thing(target, "1"),))
