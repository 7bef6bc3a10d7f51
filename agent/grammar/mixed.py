"""Structures in two stages: first one thing, then another, with other things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
    SMALL,
    SQUARE,
    STAND,
    ZONE,
)
from agent.grammar.spec import Spec, Thing

SECOND = 5  # the first colour of a second stage

Kind = tuple[str, int]


def _stage(relation: str, moved: tuple[Kind, ...], targets: tuple[Kind, ...]) -> Spec:
    """A stage whose things have each a colour of its own, from 0."""
    things = tuple(Thing(kind, str(number), count) for number, (kind, count) in enumerate(moved))
    places = tuple(Thing(kind, str(len(moved) + number), count) for number, (kind, count) in enumerate(targets))
    return Spec(relation, things, places)


FIRST = (
    _stage("put-into", ((BALL, 1),), ((BOWL, 1),)),
    _stage("put-into", ((SMALL, 2),), ((CONTAINER, 1),)),
    _stage("line-up", ((CYLINDER, 3),), ((LINE, 1),)),
    _stage("put-on", ((BOX, 1),), ((PALLET, 1),)),
    _stage("insert", ((ELL, 1),), ((FIXTURE, 1),)),
    _stage("move", ((BALL, 1),), ((BOWL, 1), (CONTAINER, 1))),
    _stage("stack", ((BLOCK, 1), (CYLINDER, 1)), ((STAND, 1),)),
    _stage("align", ((BOX, 1),), ((CORNER, 1),)),
    _stage("surround", ((SMALL, 4),), ((CYLINDER, 1), (ZONE, 1))),
    _stage("stack", ((DISKS[0], 1), (DISKS[2], 1)), ((SQUARE, 1),)),
)
LAST = (
    _stage("stack", ((BLOCK, 2),), ((STAND, 1),)),
    _stage("line-up", ((BLOCK, 3),), ((LINE, 1),)),
    _stage("pyramid", ((BLOCK, 3),), ((ZONE, 1),)),
    _stage("put-into", ((BLOCK, 1),), ((CONTAINER, 1),)),
    _stage("triangle", ((BLOCK, 3),), ((SQUARE, 1),)),
    _stage("bridge", ((BLOCK, 2), (PLANK, 1)), ((ZONE, 1),)),
    _stage("between", ((BLOCK, 1),), ((CYLINDER, 2), (ZONE, 1))),
)


def mixed() -> Iterator[Spec]:
    """Pairs of stages."""
    for first in FIRST:
        for last in LAST:
            if _kinds(first) & _kinds(last) - {ZONE}:
                continue  # they would be told apart by colour alone
            yield replace(first, then=_later(last))


def _later(stage: Spec) -> Spec:
    colors = {str(number): str(SECOND + number) for number in range(SECOND)}
    return stage.recolored(colors)


def _kinds(stage: Spec) -> set[str]:
    return {thing.asset for thing in (*stage.moved, *stage.targets)}
