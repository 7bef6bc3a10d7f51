"""Structures of the relations in which things stand on things."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from agent.grammar.relations import BLOCK, BOX, CYLINDER, DISKS, PALLET, PLANK, SMALL, SQUARE, STAND, ZONE
from agent.grammar.spec import Spec, Thing

Groups = tuple[tuple[str, int], ...]


def built() -> Iterator[Spec]:
    """All of them."""
    for family in (_stack, _towers, _pyramid, _courses, _spanned, _rebuilt):
        yield from family()


def _groups(groups: Groups) -> tuple[Thing, ...]:
    """Each group in a colour of its own."""
    return tuple(Thing(kind, str(number), count) for number, (kind, count) in enumerate(groups))


def _stack() -> Iterator[Spec]:
    for count, target in ((1, CYLINDER), (2, BLOCK), (3, BLOCK), (2, STAND), (3, PALLET), (4, ZONE), (2, BOX)):
        yield Spec("stack", (Thing(BLOCK, "0", count),), (Thing(target, "1"),))
    for count, target in ((1, BLOCK), (2, STAND), (2, ZONE), (1, BOX)):
        yield Spec("stack", (Thing(CYLINDER, "0", count),), (Thing(target, "1"),))
    for groups, target in (
        (((BLOCK, 1), (CYLINDER, 1)), STAND),
        (((CYLINDER, 1), (BLOCK, 1)), ZONE),
        (((BOX, 1), (BLOCK, 1)), ZONE),
        (((BOX, 1), (CYLINDER, 1)), PALLET),
        (((BOX, 2),), PALLET),
        (((BOX, 3),), ZONE),
        (((BLOCK, 1), (SMALL, 1)), PALLET),
        (((BLOCK, 1), (BLOCK, 1)), SQUARE),
        (((BLOCK, 1), (BLOCK, 1), (BLOCK, 1)), STAND),
        (((BOX, 1), (BLOCK, 1), (SMALL, 1)), ZONE),
        (((BLOCK, 2), (CYLINDER, 1)), PALLET),
        (((BLOCK, 1), (CYLINDER, 1), (BLOCK, 1)), ZONE),
        (((BOX, 1), (BLOCK, 2)), STAND),
        (((DISKS[0], 1), (DISKS[1], 1)), STAND),
        (((DISKS[0], 1), (DISKS[1], 1), (DISKS[2], 1)), PALLET),
        (((DISKS[0], 1), (BLOCK, 1)), ZONE),
        (((DISKS[1], 1), (CYLINDER, 1)), PALLET),
        (((BOX, 1), (DISKS[2], 1)), SQUARE),
    ):
        yield Spec("stack", _groups(groups), (Thing(target, "5"),))


def _towers() -> Iterator[Spec]:
    for groups, target in (
        (((BLOCK, 2), (BLOCK, 2)), STAND),
        (((BLOCK, 3), (CYLINDER, 2)), ZONE),
        (((BLOCK, 1), (CYLINDER, 1)), BLOCK),
        (((BOX, 2), (BLOCK, 2)), ZONE),
        (((BLOCK, 1), (BLOCK, 2), (BLOCK, 3)), STAND),
        (((CYLINDER, 2), (CYLINDER, 2)), STAND),
    ):
        targets = tuple(Thing(target, str(len(groups) + number)) for number in range(len(groups)))
        yield Spec("towers", _groups(groups), targets)


def _pyramid() -> Iterator[Spec]:
    for groups, target in (
        (((BLOCK, 3),), STAND),
        (((BLOCK, 2), (BLOCK, 1)), ZONE),
        (((BLOCK, 6),), PALLET),
        (((CYLINDER, 2), (BLOCK, 1)), PALLET),
        (((CYLINDER, 3),), ZONE),
        (((BLOCK, 2), (CYLINDER, 1)), SQUARE),
        (((BLOCK, 3), (CYLINDER, 2), (BLOCK, 1)), ZONE),
    ):
        yield Spec("pyramid", _groups(groups), (Thing(target, "5"),))


def _courses() -> Iterator[Spec]:
    for kind, length, courses, target in (
        (BLOCK, 2, 2, ZONE),
        (BLOCK, 3, 2, PALLET),
        (BLOCK, 2, 3, SQUARE),
        (BLOCK, 4, 2, ZONE),
        (BOX, 2, 2, PALLET),
        (BLOCK, 3, 3, ZONE),
    ):
        yield Spec("wall", _groups(((kind, length),) * courses), (Thing(target, "5"),))
    for lengths, target in (((2, 1), ZONE), ((3, 2, 1), PALLET), ((3, 1), SQUARE), ((3, 2), ZONE)):
        yield Spec("stairs", _groups(tuple((BLOCK, length) for length in lengths)), (Thing(target, "5"),))


def _spanned() -> Iterator[Spec]:
    for pillar, top, target in (
        (BLOCK, (), ZONE),
        (CYLINDER, (), PALLET),
        (BLOCK, ((BLOCK, 1),), PALLET),
        (CYLINDER, ((BLOCK, 1),), ZONE),
        (BLOCK, ((CYLINDER, 1),), STAND),
        (BLOCK, ((BLOCK, 2),), ZONE),
        (CYLINDER, ((SMALL, 2),), PALLET),
        (BLOCK, ((BOX, 1),), ZONE),
    ):
        yield Spec("bridge", _groups(((pillar, 2), (PLANK, 1), *top)), (Thing(target, "5"),))
    for walls, top, target in (
        (((BLOCK, 2), (BLOCK, 2)), (), ZONE),
        (((BLOCK, 2), (BLOCK, 2)), ((BLOCK, 1),), PALLET),
        (((BLOCK, 2), (CYLINDER, 2)), (), PALLET),
        (((BLOCK, 2), (BLOCK, 2)), ((SMALL, 1),), ZONE),
        (((CYLINDER, 2), (BLOCK, 2)), ((CYLINDER, 1),), ZONE),
    ):
        yield Spec("house", _groups((*walls, (PLANK, 1), *top)), (Thing(target, "5"),))
    for leg, top, target in (
        (BLOCK, (), ZONE),
        (CYLINDER, (), PALLET),
        (BLOCK, ((CYLINDER, 1),), PALLET),
        (CYLINDER, ((BLOCK, 1),), ZONE),
        (BLOCK, ((BLOCK, 2),), ZONE),
        (BLOCK, ((BOX, 1),), PALLET),
    ):
        yield Spec("platform", _groups(((leg, 4), (PLANK, 1), *top)), (Thing(target, "5"),))


def _rebuilt() -> Iterator[Spec]:
    for count, (first, last) in itertools.product((2, 3), ((STAND, ZONE), (PALLET, STAND), (ZONE, PALLET))):
        yield Spec("unstack", _groups(((BLOCK, 1),) * count), (Thing(first, "5"), Thing(last, "6")))
    for groups, first, last in (
        (((BLOCK, 1), (CYLINDER, 1)), ZONE, PALLET),
        (((DISKS[0], 1), (DISKS[2], 1)), STAND, ZONE),
        (((DISKS[0], 1), (DISKS[1], 1), (DISKS[2], 1)), STAND, PALLET),
    ):
        yield Spec("unstack", _groups(groups), (Thing(first, "5"), Thing(last, "6")))
    for count, first, last in ((2, STAND, STAND), (3, PALLET, ZONE), (2, ZONE, PALLET), (3, STAND, PALLET)):
        yield Spec("restack", _groups(((BLOCK, 1),) * count), (Thing(first, "5"), Thing(last, "6")))
