"""Everything the grammar can say, structure by structure; colours are put in afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from agent.grammar.built import built
from agent.grammar.laid import laid
from agent.grammar.mixed import mixed
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
CROWD = 2  # distractors
WORDINGS = 3


def structures() -> list[Spec]:
    """Every structure of the grammar; colours are the placeholders `0`, `1`, `2`, ..."""
    return [*laid(), *built(), *mixed()]


def in_order(seed: int) -> list[Spec]:
    """The structures in an order that the seed gives, in which every family is spread evenly."""
    rng = np.random.default_rng([seed, 0])
    families: dict[str, list[Spec]] = {}
    for spec in structures():
        families.setdefault(spec.relations, []).append(spec)
    placed: list[tuple[float, int, Spec]] = []
    for members in families.values():
        start = float(rng.random())
        for place, index in enumerate(rng.permutation(len(members))):
            placed.append(((place + start) / len(members), len(placed), members[int(index)]))
    return [spec for *_, spec in sorted(placed, key=lambda item: item[:2])]


def colored(spec: Spec, rng: np.random.Generator) -> Spec:
    """The structure in random colours, one for each placeholder, in one of its wordings."""
    names = rng.permutation(COLORS)
    worded = replace(spec, wording=int(rng.integers(WORDINGS)))
    return worded.recolored({str(number): str(name) for number, name in enumerate(names)})


def crowded(specs: Iterable[Spec]) -> Iterator[Spec]:
    """The same among things that nothing is done with."""
    for spec in specs:
        kind = CYLINDER if any(thing.asset == BLOCK for thing in spec.moved) else BLOCK
        yield replace(spec, distractors=(Thing(kind, "9", CROWD),))
