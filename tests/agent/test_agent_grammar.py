"""The composer's grammar: what it understands, and that everything it says is a task that can be done."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from agent_workshop import mind_of, proposed

from agent.answers import CannotPropose, Proposal
from agent.grammar.goals import NOUNS, Unsaid, understand
from agent.grammar.programs import class_name, instructions, summary, write_program
from agent.grammar.spec import Spec
from agent.grammar.variants import colored, structures
from agent.place import Place
from agent.proposer import propose
from agent.session import Settings
from sim.builder import lay_out
from sim.episode import Episode, run_oracle
from sim.instructions import mismatches
from sim.layout import Layout
from sim.palette import COLORS
from sim.screen import parse, screen
from sim.verdict import Diagnostic

SPECS = [colored(spec, np.random.default_rng(number)) for number, spec in enumerate(structures())]


def source(spec: Spec) -> str:
    return write_program(spec, spec.name, summary(spec))


def findings(code: str) -> list[Diagnostic]:
    parsed = parse(code)
    return [parsed] if isinstance(parsed, Diagnostic) else list(screen(*parsed, code))


def layout_of(spec: Spec, seed: int) -> Layout:
    module: dict[str, Any] = {}
    exec(compile(source(spec), spec.name, "exec"), module)
    return lay_out(module[class_name(spec.name)], seed)[0]


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


# -- structures ------------------------------------------------------------------------------------------------------


def test_structures_have_names_of_their_own():
    names = [spec.name for spec in SPECS]
    assert len(names) > 100
    assert len(set(names)) == len(names)
    assert len({spec.structure for spec in SPECS}) == len(names)


def test_every_structure_writes_a_program_that_lays_out():
    for spec in SPECS:
        assert findings(source(spec)) == [], spec.name
        layouts = [layout_of(spec, seed) for seed in (0, 1)]
        assert layouts[0] != layouts[1], spec.name
        for layout in layouts:
            assert list(layout.instructions) == instructions(spec), spec.name
            assert list(mismatches(layout)) == [], spec.name
            assert sum(goal.share for goal in layout.goals) == pytest.approx(1.0)


def test_instructions_name_every_colour_that_is_moved():
    for spec in SPECS:
        told = " ".join(instructions(spec)).split()
        assert {thing.color for thing in spec.moved} <= set(told), spec.name
        assert all(thing.noun.split()[-1] in " ".join(told) for thing in spec.moved), spec.name


def test_a_proposal_keeps_the_whole_task():
    """What the coder writes from a proposal is what the proposer had in mind."""
    for spec in SPECS:
        assert Spec.of(Proposal.model_validate(proposed(spec))) == spec


@pytest.mark.parametrize("spec", SPECS[3 :: len(SPECS) // 10], ids=lambda spec: spec.name)
def test_the_oracle_solves_what_the_grammar_says(spec: Spec):
    with Episode(layout_of(spec, 0)) as episode:
        result = run_oracle(episode)
    assert result.success, result
    assert result.reward == pytest.approx(1.0)


# -- proposing -------------------------------------------------------------------------------------------------------


def brief_of(number: int, library: list[str]) -> dict[str, Any]:
    asked = {"seed": 1, "round": number, "attempt": 0, "goal": "", "step": number, "steps": 10}
    return asked | {"library": {"names": library}, "rejected": []}


def test_the_composer_never_proposes_what_it_proposed_before(home, library, minilm):
    mind = mind_of(home, Settings(), minilm)
    names = library.names()
    for number in range(1, 9):
        answer, usage = propose(mind, Place("proposer", number), brief_of(number, names))
        assert isinstance(answer, Proposal)
        assert answer.name not in names
        assert usage.calls <= 16
        names.append(answer.name)


def test_a_composer_that_has_said_everything_says_so(home, minilm):
    everything = [spec.name for spec in structures()]
    answer, _ = propose(mind_of(home, Settings(), minilm), Place("proposer", 1), brief_of(1, everything))
    assert isinstance(answer, CannotPropose)
    assert "everything that the grammar can say" in answer.reason
    assert answer.nearest
