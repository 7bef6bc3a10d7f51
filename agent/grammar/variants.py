"""Everything the grammar can say, structure by structure; colours are put in afterwards."""

from __future__ import annotations

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
WORDINGS = 3
CROWDED = 0.25  # of the tasks have distractors, of those that have room for them
CROWD = 2  # distractors
ROOMY = 4  # moved objects at most, beside which distractors have room
ALONE = ("rope", "sweep", "hanoi", "pegs", "rows", "towers")


def structures() -> list[Spec]:
    """Every structure of the grammar; colours are the placeholders `0`, `1`, `2`, ..."""
    return [*laid(), *built(), *mixed()]


def colored(spec: Spec, rng: np.random.Generator) -> Spec:
    """The structure in random colours, one for each placeholder, in one of its wordings, some among distractors."""
    names = rng.permutation(COLORS)
    worded = replace(spec, wording=int(rng.integers(WORDINGS)))
    if rng.random() < CROWDED and not spec.then and spec.relation not in ALONE and spec.moved_count <= ROOMY:
        worded = crowded(worded)
    return worded.recolored({str(number): str(name) for number, name in enumerate(names)})


def crowded(spec: Spec) -> Spec:
    """The same among things of another colour that nothing is done with, which makes it no other task."""
    kind = CYLINDER if any(thing.asset == BLOCK for thing in spec.things) else BLOCK
    return replace(spec, distractors=(Thing(kind, "9", CROWD),))
