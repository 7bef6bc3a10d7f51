"""A task changed by a few words: which task it becomes, and what is answered where it cannot become that."""

from __future__ import annotations

from typing import Any

import pytest
from agent_workshop import proposed

from agent.answers import CannotPropose, Proposal
from agent.composer import ROLES
from agent.grammar.goals import Unsaid, understand
from agent.grammar.programs import summary, write_program
from agent.grammar.revisions import revise, revise_proposal
from agent.grammar.spec import Spec
from sim.screen import parse, screen

TOWER = "stack three red blocks on the green stand"
BOWL = "put the red ball into the blue bowl"
CROWD = "put the red ball in the blue bowl, ignore the others"
SORTED = "sort the red and the blue blocks"
ROW = "line up four cylinders"


def spec_of(goal: str) -> Spec:
    spec = understand(goal)
    assert isinstance(spec, Spec), spec
    return spec


# The task, what was said, the task that it becomes, and how many things only stand around then.
CHANGED = [
    (TOWER, "make it four blocks and add a distractor", "stack the four red blocks on the green stand", 1),
    (TOWER, "four blocks", "stack the four red blocks on the green stand", 0),
    (TOWER, "make it 2", "stack the two red blocks on the green stand", 0),
    (TOWER, "use blue ones instead", "stack the three blue blocks on the green stand", 0),
    (TOWER, "blue instead of red", "stack the three blue blocks on the green stand", 0),
    (TOWER, "make them yellow", "stack the three yellow blocks on the green stand", 0),
    (TOWER, "swap the colors", "stack the three green blocks on the red stand", 0),
    (TOWER, "on the pallet instead of the stand", "stack the three red blocks on the green pallet", 0),
    (TOWER, "on a blue pallet please", "stack the three red blocks on the blue pallet", 0),
    (TOWER, "one more", "stack the four red blocks on the green stand", 0),
    (TOWER, "one more block", "stack the four red blocks on the green stand", 0),
    (TOWER, "one less", "stack the two red blocks on the green stand", 0),
    (TOWER, "remove one block", "stack the two red blocks on the green stand", 0),
    (TOWER, "add another block", "stack the four red blocks on the green stand", 0),
    (TOWER, "use cylinders", "stack the three red cylinders on the green stand", 0),
    (TOWER, "with cylinders instead of blocks", "stack the three red cylinders on the green stand", 0),
    (TOWER, "a taller tower", "stack the four red blocks on the green stand", 0),
    (TOWER, "taller", "stack the four red blocks on the green stand", 0),
    (TOWER, "make the stand blue", "stack the three red blocks on the blue stand", 0),
    (TOWER, "line them up instead", "line up the three red blocks on the green line", 0),
    (TOWER, "make it a pyramid", "build a pyramid of the three red blocks on the blue stand", 0),
    (TOWER, "add two distractors", "stack the three red blocks on the green stand", 2),
    (TOWER, "add a green ball as a distractor", "stack the three red blocks on the green stand", 1),
    (TOWER, "add a blue block", "stack the three red blocks and the blue block on the green stand", 0),
    (TOWER, "make it harder", "stack the four red blocks on the green stand", 0),
    (TOWER, "two green blocks on the red stand", "stack the two green blocks on the red stand", 0),
    (TOWER, "not so high", "stack the two red blocks on the green stand", 0),
    (TOWER, "less tall", "stack the two red blocks on the green stand", 0),
    (TOWER, "fewer", "stack the two red blocks on the green stand", 0),
    (TOWER, "less", "stack the two red blocks on the green stand", 0),
    (TOWER, "lower", "stack the two red blocks on the green stand", 0),
    (TOWER, "stack three blue blocks on the green one", "stack the three blue blocks on the green block", 0),
    (TOWER, "put the red ball into the blue bowl", "put the red ball into the blue bowl", 0),
    (TOWER, "place one more block on the stand", "stack the four red blocks on the green stand", 0),
    (TOWER, "line up four blue cylinders", "line up the four blue cylinders on the green line", 0),
    (TOWER, "stack four blocks", "stack the four red blocks on the green stand", 0),
    (TOWER, "place four on the pallet", "stack the four red blocks on the green pallet", 0),
    (TOWER, "put two of them on the blue pallet", "stack the two red blocks on the blue pallet", 0),
    (TOWER, "taller by two", "stack the five red blocks on the green stand", 0),
    (TOWER, "no, four blocks", "stack the four red blocks on the green stand", 0),
    (TOWER, "make it a pyramid of cylinders", "build a pyramid of the three red cylinders on the blue zone", 0),
    (TOWER, "put the blocks in a row", "line up the three red blocks on the green line", 0),
    (BOWL, "left of it", "put the red ball to the left of the blue bowl on the yellow zone", 0),
    (BOWL, "put the ball behind the bowl", "put the red ball behind the blue bowl on the yellow zone", 0),
    (BOWL, "put the block behind the bowl", "put the red block behind the blue bowl on the yellow zone", 0),
    (BOWL, "use two balls", "put the two red balls into the two blue bowls", 0),
    (BOWL, "change red to yellow", "put the yellow ball into the blue bowl", 0),
    (BOWL, "swap red and blue", "put the blue ball into the red bowl", 0),
    (BOWL, "a block instead of the ball", "put the red block into the blue bowl", 0),
    (BOWL, "use a container", "put the red ball into the blue container", 0),
    (BOWL, "put it in a crate", "put the red ball into the blue container", 0),
    (BOWL, "make the ball green and the bowl yellow", "put the green ball into the yellow bowl", 0),
    (BOWL, "the bowl should be red", "put the red ball into the red bowl", 0),
    (CROWD, "without the distractors", "put the red ball into the blue bowl", 0),
    (CROWD, "remove the distractors", "put the red ball into the blue bowl", 0),
    (CROWD, "no distractors and two balls", "put the two red balls into the two blue bowls", 0),
    (SORTED, "green instead of red", "sort the green block and the blue block into the zones of the same color", 0),
    (
        SORTED,
        "use three of each",
        "sort the three red blocks and the three blue blocks into the zones of the same color",
        0,
    ),
    (
        SORTED,
        "add yellow blocks",
        "sort the red block, the blue block and the yellow block into the zones of the same color",
        0,
    ),
    (SORTED, "use cylinders", "sort the red cylinder and the blue cylinder into the zones of the same color", 0),
    (ROW, "make it three", "line up the three red cylinders on the green line", 0),
    (ROW, "the line should be blue", "line up the four red cylinders on the blue line", 0),
]


@pytest.mark.parametrize(("goal", "change", "sentence", "around"), CHANGED, ids=[f"{r[0]}: {r[1]}" for r in CHANGED])
def test_a_task_is_changed_as_it_was_said(goal: str, change: str, sentence: str, around: int):
    changed = revise(spec_of(goal), change)
    assert isinstance(changed, Spec), changed
    assert summary(changed) == sentence
    assert sum(thing.count for thing in changed.distractors) == around
    code = write_program(changed, changed.name, summary(changed))
    parsed = parse(code)
    assert isinstance(parsed, tuple)
    assert list(screen(*parsed, code)) == []


UNCHANGED = [
    (TOWER, "", "no words"),
    (TOWER, "hello", "no words"),
    (TOWER, "sing a song", "does not know how to change"),
    (TOWER, "use red ones instead", "changes nothing"),
    (TOWER, "use balls", "nothing can be stacked with balls"),
    (TOWER, "make it five hundred blocks", "at most 5 objects"),
    (TOWER, "remove all three blocks", "leaves nothing to do"),
    (TOWER, "bigger", "no bigger blocks"),
    (TOWER, "change purple to blue", "nothing in the task is purple"),
    (TOWER, "don't make it four", "say what it should be"),
    (TOWER, "do not make it four", "say what it should be"),
    (TOWER, "not blue", "say what it should be"),
    (TOWER, "without blue", "say what it should be"),
    (TOWER, "without the blue stand", "say what it should be"),
    (TOWER, "put the two blue blocks next to a red one", "left-of"),
    (TOWER, "no more than two", "say how many"),
    (TOWER, "go back to the version with two blocks", "does not go back"),
    (TOWER, "use long blocks", "does not know 'long'"),
    (TOWER, "make it four shiny blocks", "does not know 'shiny'"),
    (TOWER, "four blocks upside down", "restack"),
    (TOWER, "make the stand taller", "no stand that is more or less tall"),
    (TOWER, "make the third block blue", "no third one"),
    (TOWER, "left of the stand", "nothing to do with green stand"),
    (TOWER, "put a ball next to it", "cannot make 'left-of' of this task"),
    (BOWL, "a bigger bowl", "no bigger bowl"),
    (BOWL, "make the ball smaller", "no smaller balls"),
    (BOWL, "put them in three bowls", "of what there should be three"),
    (SORTED, "put them in bowls", "no use for a bowl"),
    (BOWL, "make the bowl on the left red", "does not know 'left'"),
    (BOWL, "on the pallet", "moves block"),
    (SORTED, "make them green", "not clear which"),
    ("build a pyramid of six blocks", "one less", "moves three and six objects"),
]


@pytest.mark.parametrize(("goal", "change", "reason"), UNCHANGED, ids=[f"{r[0]}: {r[1]}" for r in UNCHANGED])
def test_a_change_that_cannot_be_made_gets_a_reason_and_one_that_can(goal: str, change: str, reason: str):
    spec = spec_of(goal)
    answer = revise(spec, change)
    assert isinstance(answer, Unsaid), answer
    assert reason in answer.reason
    offered = answer.nearest.removeprefix("try ").split('"')[1]
    assert isinstance(revise(spec, offered), Spec)


def test_other_colors_are_other_ones():
    spec = spec_of(TOWER)
    changed = revise(spec, "different colors")
    assert isinstance(changed, Spec)
    assert changed.structure == spec.structure
    assert not {thing.color for thing in changed.things} & {thing.color for thing in spec.things}


def test_distractors_never_look_like_what_is_moved():
    changed = revise(spec_of(TOWER), "add two red blocks as distractors")
    assert isinstance(changed, Spec)
    moved = {(thing.asset, thing.color) for thing in changed.moved}
    assert not moved & {(thing.asset, thing.color) for thing in changed.distractors}


def revised(goal: str, change: str) -> Proposal | CannotPropose:
    """What the composer answers to a proposer's brief that asks for a change."""
    asked = {"proposal": proposed(spec_of(goal)), "code": "", "change": change}
    brief: dict[str, Any] = {"seed": 0, "round": 1, "attempt": 0, "goal": "", "library": [], "rejected": []}
    name, arguments = ROLES["Proposal"](brief | {"revise": asked}, [])
    return {"Proposal": Proposal, "CannotPropose": CannotPropose}[name].model_validate(arguments)


def test_the_composer_proposes_the_changed_task():
    answer = revised(TOWER, "make it four blocks and add a distractor")
    assert isinstance(answer, Proposal)
    assert answer.instruction == "stack the four red blocks on the green stand"
    assert [item.count for item in answer.objects if item.role == "distractor"] == [1]


def test_a_task_of_a_language_model_that_the_grammar_has_no_words_for_is_left_alone():
    foreign = proposed(spec_of(TOWER)) | {"relation": "balance precariously", "name": "wobble"}
    answer = revise_proposal(Proposal.model_validate(foreign), "one more")
    assert isinstance(answer, Unsaid)
    assert "'wobble'" in answer.reason


def test_the_composer_says_what_it_cannot_change():
    answer = revised(TOWER, "use balls")
    assert isinstance(answer, CannotPropose)
    assert "balls" in answer.reason
