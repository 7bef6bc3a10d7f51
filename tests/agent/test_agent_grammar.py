"""The composer's grammar: which goals it understands."""

from __future__ import annotations

import random

import pytest

from agent.grammar.goals import NOUNS, Unsaid, understand
from agent.grammar.programs import summary, write_program
from agent.grammar.spec import Spec
from sim.palette import COLORS
from sim.screen import parse, screen
from sim.verdict import Diagnostic


def source(spec: Spec) -> str:
    return write_program(spec, spec.name, summary(spec))


def findings(code: str) -> list[Diagnostic]:
    parsed = parse(code)
    return [parsed] if isinstance(parsed, Diagnostic) else list(screen(*parsed, code))


# -- goals -----------------------------------------------------------------------------------------------------------

UNDERSTOOD = [
    ("put the red ball into the blue bowl", "put the red ball into the blue bowl"),
    ("Put The RED Ball Into The Blue Bowl!", "put the red ball into the blue bowl"),
    ("put two balls into two bowls", "put the two red balls into the two green bowls"),
    (
        "put the red ball and the blue block into the crate",
        "put the red ball and the blue block into the green container",
    ),
    ("place the grey box on the pallet", "put the gray box on the green pallet"),
    ("put the block on the yellow zone", "put the red block on the yellow zone"),
    ("stack three blocks on the stand", "stack the three red blocks on the green stand"),
    ("stack three blue blocks on the green one", "stack the three blue blocks on the green block"),
    ("put the small block on top of the block", "stack the red small block on the green block"),
    ("build a tower of four cubes", "stack the four red blocks on the green stand"),
    ("line up four cylinders", "line up the four red cylinders on the green line"),
    ("arrange the blocks in a row", "line up the three red blocks on the green line"),
    (
        "sort the red and the blue blocks into zones",
        "sort the red block and the blue block into the zones of the same color",
    ),
    (
        "match the balls with bowls of the same color",
        "put the red ball and the blue ball into the bowls of the same color",
    ),
    (
        "surround the ball with four blocks",
        "surround the blue ball with the four red blocks, one on each side of the brown zone",
    ),
    (
        "put four blocks around the cylinder",
        "surround the blue cylinder with the four red blocks, one on each side of the brown zone",
    ),
    ("build a pyramid of six blocks", "build a pyramid of the six red blocks on the green stand"),
]


@pytest.mark.parametrize(("goal", "sentence"), UNDERSTOOD, ids=[goal for goal, _ in UNDERSTOOD])
def test_a_goal_is_understood(goal: str, sentence: str):
    spec = understand(goal)
    assert isinstance(spec, Spec), spec
    assert summary(spec) == sentence
    assert findings(source(spec)) == []


UNSAID = [
    ("", "names no relation", "try"),
    ("fold the towel", "names no relation", "try"),
    ("build a house", "names no relation", "try"),
    ("put the red block beside the blue block", "names no relation", "try"),
    ("build a pyramid", "names no object", "try"),
    ("pour water into the cup", "names no object", "try"),
    ("stack the bowls", "nothing in it can be moved", "try"),
    ("surround the ball", "does not say what to surround, and with what", "surround the ball with four blocks"),
    ("stack two balls", "nothing can be stacked with balls", "blocks"),
    ("stack ten blocks", "at most 4 objects, not 10", "four"),
    ("put 0 blocks into the bowl", "not 0", "four"),
    ("put 1000000000000000000000 balls on the pallet", "at most 6 objects", "six"),
    ("stack a block, a ball, a can, a box, a cube and a brick", "at most 4 objects, not 6", "four"),
    ("put five balls into the container", "at most 4 objects, not 5", "four"),
    ("put two blocks into the bowl", "a bowl holds one object", "container"),
    ("build a pyramid of four blocks", "three or six blocks, not of 4", "six"),
]


@pytest.mark.parametrize(("goal", "reason", "nearest"), UNSAID, ids=[goal or "nothing" for goal, _, _ in UNSAID])
def test_a_goal_that_cannot_be_said_gets_a_reason_and_a_way_out(goal: str, reason: str, nearest: str):
    answer = understand(goal)
    assert isinstance(answer, Unsaid), answer
    assert reason in answer.reason
    assert nearest in answer.nearest


def test_whatever_is_typed_is_either_refused_or_becomes_a_program():
    others = (
        "a an one two three six ten 0 1 3 12 99 put stack pile tower sort pair match line up in a row pyramid build "
        "circle around surround the the , and with of into onto on top same color !"
    )
    words = [*NOUNS, *(f"{noun}s" for noun in NOUNS), *COLORS, *others.split()]
    chance = random.Random(0)
    said = 0
    for _ in range(6000):  # most random sentences say nothing
        goal = " ".join(chance.choices(words, k=chance.randint(1, 20)))
        spec = understand(goal)
        if isinstance(spec, Spec):
            said += 1
            assert findings(source(spec)) == [], goal
    assert said > 100
