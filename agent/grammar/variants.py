"""Everything the grammar can say, structure by structure; colours are put in afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agent.grammar.relations import BALL as BALL
from agent.grammar.relations import BLOCK as BLOCK
from agent.grammar.relations import BOWL as BOWL
from agent.grammar.relations import BOX as BOX
from agent.grammar.relations import CONTAINER as CONTAINER
from agent.grammar.relations import CYLINDER as CYLINDER
from agent.grammar.relations import LINE as LINE
from agent.grammar.relations import PALLET as PALLET
from agent.grammar.relations import SMALL as SMALL
from agent.grammar.relations import STAND as STAND
from agent.grammar.relations import ZONE as ZONE
from agent.grammar.spec import Spec, Thing

COLORS = ("blue", "red", "green", "yellow", "orange", "purple", "pink", "cyan", "brown", "gray")


def structures() -> list[Spec]:
    """Every structure of the grammar; colours are the placeholders `0`, `1`, `2`, ..."""
    plain = [*_put_into(), *_put_on(), *_stack(), *_line_up(), *_pair(), *_sort(), *_surround(), *_pyramid()]
    crowded = [_with_distractors(spec, count) for spec in plain for count in (2,) if spec.moved_count <= 4]
    return plain + crowded


def colored(spec: Spec, rng: np.random.Generator) -> Spec:
    """The structure in random colours, one for each placeholder."""
    names = rng.permutation(COLORS)
    return spec.recolored({str(number): str(name) for number, name in enumerate(names)})


def _put_into() -> Iterator[Spec]:
    for kind in (BALL, BLOCK, CYLINDER, SMALL):
        for count in (1, 2, 3):
            if (kind, count) != (BLOCK, 1):
                yield Spec("put-into", (Thing(kind, "0", count),), (Thing(BOWL, "1", count),))
    for kinds in ((BLOCK, BALL), (BLOCK, CYLINDER), (BALL, CYLINDER), (BLOCK, BALL, CYLINDER)):
        things = tuple(Thing(kind, str(number + 1)) for number, kind in enumerate(kinds))
        yield Spec("put-into", things, (Thing(CONTAINER, "0"),))
    for count in (2, 3):
        yield Spec("put-into", (Thing(BLOCK, "1", count),), (Thing(CONTAINER, "0"),))


def _put_on() -> Iterator[Spec]:
    for target in (PALLET, ZONE):
        for kind in (BLOCK, CYLINDER, BOX):
            for count in (1, 2, 4):
                if kind != BOX or count == 1:
                    yield Spec("put-on", (Thing(kind, "0", count),), (Thing(target, "1"),))
        yield Spec("put-on", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(target, "2"),))


def _stack() -> Iterator[Spec]:
    for count in (1, 2, 3):
        yield Spec("stack", (Thing(BLOCK, "0", count),), (Thing(BLOCK, "1"),))
    for target in (STAND, PALLET, ZONE):
        for count in (2, 3):
            yield Spec("stack", (Thing(BLOCK, "0", count),), (Thing(target, "1"),))
    yield Spec("stack", (Thing(BLOCK, "0"), Thing(BLOCK, "1"), Thing(BLOCK, "2")), (Thing(STAND, "3"),))
    yield Spec("stack", (Thing(BLOCK, "0"), Thing(SMALL, "1")), (Thing(PALLET, "2"),))
    yield Spec("stack", (Thing(CYLINDER, "0"),), (Thing(BLOCK, "1"),))
    yield Spec("stack", (Thing(BOX, "0"), Thing(BLOCK, "1")), (Thing(ZONE, "2"),))


def _line_up() -> Iterator[Spec]:
    for kind in (BLOCK, CYLINDER):
        for count in (2, 3, 4):
            yield Spec("line-up", (Thing(kind, "0", count),), (Thing(LINE, "1"),))
    yield Spec("line-up", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(LINE, "2"),))
    yield Spec("line-up", (Thing(BLOCK, "0"), Thing(BLOCK, "1"), Thing(BLOCK, "2")), (Thing(LINE, "3"),))


def _pair() -> Iterator[Spec]:
    for kind in (BLOCK, BALL, CYLINDER):
        for count in (2, 3):
            colors = [str(number) for number in range(count)]
            yield Spec("pair", tuple(Thing(kind, c) for c in colors), tuple(Thing(BOWL, c) for c in colors))


def _sort() -> Iterator[Spec]:
    for kind in (BLOCK, CYLINDER):
        for count in (1, 2):
            colors = ("0", "1")
            moved = tuple(Thing(kind, c, count) for c in colors)
            yield Spec("sort", moved, tuple(Thing(ZONE, c) for c in colors))
    yield Spec("sort", (Thing(BLOCK, "0", 2), Thing(CYLINDER, "1", 2)), (Thing(ZONE, "0"), Thing(ZONE, "1")))


def _surround() -> Iterator[Spec]:
    for middle in (CYLINDER, BLOCK, BALL):
        for count in (2, 4):
            kind = CYLINDER if middle == BLOCK else BLOCK
            yield Spec("surround", (Thing(kind, "0", count),), (Thing(middle, "1"), Thing(ZONE, "2")))


def _pyramid() -> Iterator[Spec]:
    for target in (STAND, PALLET, ZONE):
        yield Spec("pyramid", (Thing(BLOCK, "0", 3),), (Thing(target, "2"),))
        yield Spec("pyramid", (Thing(BLOCK, "0", 2), Thing(BLOCK, "1")), (Thing(target, "2"),))
    for target in (PALLET, ZONE):
        yield Spec("pyramid", (Thing(BLOCK, "0", 6),), (Thing(target, "1"),))


def _with_distractors(spec: Spec, count: int) -> Spec:
    kind = CYLINDER if any(thing.asset == BLOCK for thing in spec.moved) else BLOCK
    return Spec(spec.relation, spec.moved, spec.targets, (Thing(kind, "5", count),))
