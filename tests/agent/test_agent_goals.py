"""Goals in people's words: which task each of them asks for, and what is answered where there is none."""

from __future__ import annotations

import random
from collections import Counter
from fnmatch import fnmatch

import numpy as np
import pytest

from agent.grammar.goals import Unsaid, understand
from agent.grammar.programs import summary, write_program
from agent.grammar.relations import RELATIONS
from agent.grammar.spec import Spec, Thing
from agent.grammar.variants import colored, structures
from agent.grammar.words import vocabulary
from sim.palette import COLORS
from sim.screen import parse, screen
from sim.verdict import Diagnostic


def told(things: tuple[Thing, ...]) -> list[str]:
    return [f"{thing.count} {thing.color} {thing.noun}" for thing in things]


def names_each(wanted: str, things: tuple[Thing, ...]) -> bool:
    """Whether every pattern, such as `3 red block` or `blue bowl`, is that of a thing of its own."""
    left = told(things)
    for pattern in filter(None, wanted.split("; ")):
        found = next((text for text in left if fnmatch(text, pattern) or fnmatch(text, f"* {pattern}")), None)
        if found is None:
            return False
        left.remove(found)
    return True


# What was typed, the relation that it asks for, what is moved (all of it, in order), and what of the targets was said.
UNDERSTOOD = [
    ("put the red ball in the blue bowl", "put-into", "1 red ball", "blue bowl"),
    ("Can you put two green balls into the bowls?", "put-into", "2 green ball", "2 * bowl"),
    ("drop the yellow cube into the gray bowl please", "put-into", "1 yellow block", "gray bowl"),
    ("I want the robot to place 3 blocks in the box", "put-into", "3 * block", "* container"),
    ("put the ball into the cup", "put-into", "1 * ball", "* bowl"),
    ("pack four blocks into a crate", "put-into", "4 * block", "* container"),
    ("build a tall tower of four blocks", "stack", "4 * block", ""),
    ("move the purple cylinder onto the pallet", "put-on", "1 purple cylinder", "* pallet"),
    ("load the pallet with four boxes", "put-on", "4 * box", "* pallet"),
    ("put the block on the green square", "put-on", "1 * block", "green square"),
    ("teach it to put a can on a mat", "put-on", "1 * cylinder", "* zone"),
    ("place a red block next to a blue one", "left-of", "1 red block", "blue block"),
    ("put the ball beside the bowl", "left-of", "1 * ball", "* bowl"),
    ("stack three blocks", "stack", "3 * block", ""),
    ("stak 3 red blocks", "stack", "3 red block", ""),
    ("teach the robot to stack blocks", "stack", "3 * block", ""),
    ("make a tower of four cubes", "stack", "4 * block", ""),
    ("build a tower out of 3 blue bricks", "stack", "3 blue block", ""),
    ("build a tower", "stack", "3 * block", ""),
    ("pile two blocks on the stand", "stack", "2 * block", "* stand"),
    ("put a red block on top of a green block", "stack", "1 red block", "green block"),
    ("stack the blocks by size", "stack", "1 * block; 1 * small block", ""),
    (
        "put the red cube on the blue cube and the blue cube on the yellow cube",
        "stack",
        "1 blue block; 1 red block",
        "yellow block",
    ),
    ("tower of hanoi", "hanoi", "1 * large disk; 1 * small disk", ""),
    ("make a row of three cylinders", "line-up", "3 * cylinder", ""),
    ("line up five blocks", "line-up", "5 * block", ""),
    ("arrange 4 red blocks in a line", "line-up", "4 red block", ""),
    ("put the cylinders in a row", "line-up", "3 * cylinder", ""),
    ("align the cubes", "line-up", "3 * block", ""),
    ("sort the blocks from small to large", "sort", "2 * block; 2 * small block", ""),
    ("sort by size", "sort", "2 * block; 2 * small block", ""),
    ("arrange blocks in a circle", "circle", "3 * block", ""),
    ("make a ring of six cylinders", "circle", "6 * cylinder", ""),
    ("lay out four blocks in a square", "grid", "4 * block", ""),
    ("make a 2x2 grid of blocks", "grid", "4 * block", ""),
    ("put a block on every corner of the square", "corners", "4 * block", "* square"),
    ("sort the blocks by color", "sort", "2 * block; 2 * block", ""),
    ("sort by colour", "sort", "2 * block; 2 * block", ""),
    ("seperate the red and blue cubes", "sort", "1 red block; 1 blue block", "red zone; blue zone"),
    ("sort the objects by shape", "sort", "2 * block; 2 * cylinder", ""),
    ("put every ball in the bowl of its color", "pair", "1 * ball; 1 * ball", "* bowl; * bowl"),
    ("match balls and bowls", "pair", "1 * ball; 1 * ball", "* bowl; * bowl"),
    ("sort red blocks and green cylinders into zones", "sort", "2 red block; 2 green cylinder", "red zone; green zone"),
    ("group the cylinders by colour", "sort", "2 * cylinder; 2 * cylinder", ""),
    ("build a bridge", "bridge", "2 * block; 1 * long box", ""),
    ("build a bridge from two blue blocks and a red plank", "bridge", "2 blue block; 1 red long box", ""),
    ("make a wall of six bricks", "wall", "3 * block; 3 * block", ""),
    ("build a brick wall", "wall", "2 * block; 2 * block", ""),
    ("build a pyramid", "pyramid", "3 * block", ""),
    ("stack six blocks in a pyramid", "pyramid", "6 * block", ""),
    ("build a small house from blocks", "house", "2 * block; 2 * block; 1 * long box", ""),
    ("teach it to build a house", "house", "2 * block; 2 * block; 1 * long box", ""),
    ("I'd like a house with a red roof", "house", "2 * block; 2 * block; 1 red long box", ""),
    ("sweep the pile into the green square", "sweep", "* * small block", "green square"),
    ("push all the little blocks into the red zone", "sweep", "* * small block", "red zone"),
    ("sweep up the mess", "sweep", "* * small block", ""),
    ("straighten the rope", "rope", "1 * rope", ""),
    ("lay the blue cable on the line", "rope", "1 blue rope", "* line"),
    ("insert the L into the fixture", "insert", "1 * ell", "* fixture"),
    ("put the letter shapes in their places", "kit", "1 * heart; 1 * ring", ""),
    ("assemble the kit", "kit", "1 * star", "* kit"),
    ("fit the star into its hole", "kit", "1 * star", ""),
    ("push the box into the corner", "align", "1 * box", "* corner"),
    ("align the box with the corner", "align", "1 * box", "* corner"),
    ("surround the yellow ball with four green blocks", "surround", "4 green block", "yellow ball"),
    ("put blocks all around the cylinder", "surround", "4 * block", "* cylinder"),
    ("stack two red blocks, ignore the others", "stack", "2 red block", ""),
    ("put the red block in the bowl among some distractors", "put-into", "1 red block", "* bowl"),
    ("please teach my robot how to stack two red cubes on a blue one", "stack", "2 red block", "blue block"),
    ("stack a cylinder on top of a box", "stack", "1 * cylinder", "* box"),
    ("I need a tower with five blocks", "stack", "5 * block", ""),
    ("make two towers of blocks", "towers", "2 * block; 2 * block", ""),
    ("make a staircase", "stairs", "2 * block; 1 * block", ""),
    ("build stairs out of six blocks", "stairs", "3 * block; 2 * block; 1 * block", ""),
    ("a bridge with cylinders as pillars", "bridge", "2 * cylinder; 1 * long box", ""),
    ("build a platform on four legs", "platform", "4 * block; 1 * long box", ""),
    ("construct a wall three blocks high", "wall", "2 * block; 2 * block; 2 * block", ""),
    ("build a little house with red walls and a blue roof", "house", "2 red block; 2 * block; 1 blue long box", ""),
    ("arrange six blocks in two rows", "grid", "6 * block", ""),
    ("place the blocks in a triangle", "triangle", "3 * block", ""),
    ("put three cans along the diagonal of the square", "diagonal", "3 * cylinder", "* square"),
    ("put the ball to the left of the bowl", "left-of", "1 * ball", "* bowl"),
    ("put a red block behind the yellow cylinder", "behind", "1 red block", "yellow cylinder"),
    ("put the cube between two cylinders", "between", "1 * block", "2 * cylinder"),
    ("place the green block in front of the ball", "in-front-of", "1 green block", "* ball"),
    ("move the ball from the red bowl to the blue bowl", "move", "1 * ball", "red bowl; blue bowl"),
    ("unstack the tower", "unstack", "1 * block; 1 * block", ""),
    ("take the tower apart", "unstack", "1 * block; 1 * block", ""),
    ("rebuild the tower upside down", "restack", "1 * block; 1 * block", ""),
    ("put the disks on the pegs", "pegs", "1 * large disk; 1 * middle disk; 1 * small disk", ""),
    ("solve the towers of hanoi", "hanoi", "1 * large disk; 1 * small disk", ""),
    ("stack the disks by size", "stack", "1 * large disk; 1 * middle disk; 1 * small disk", ""),
    ("put the star and the heart in the kit", "kit", "1 * star; 1 * heart", "* kit"),
    ("insert two Ls into fixtures", "insert", "1 * ell; 1 * ell", "* fixture; * fixture"),
    ("sweep the red crumbs into the blue zone", "sweep", "* red small block", "blue zone"),
    ("push the pile of green blocks to the square", "sweep", "* green small block", "* square"),
    ("make the rope straight", "rope", "1 * rope", ""),
    ("stretch the red rope from the block to the cylinder", "rope", "1 red rope", "* block; * cylinder"),
    ("sort the balls into containers by color", "sort", "2 * ball; 2 * ball", "* container; * container"),
    ("sort cubes and cylinders", "sort", "2 * block; 2 * cylinder", ""),
    (
        "put red things in the red bowl and blue things in the blue bowl",
        "pair",
        "1 red block; 1 blue block",
        "red bowl; blue bowl",
    ),
    ("put each block on the zone of its colour", "pair", "1 * block; 1 * block", "* zone; * zone"),
    (
        "put the red ball in the red bowl and the blue ball in the blue bowl",
        "pair",
        "1 red ball; 1 blue ball",
        "red bowl; blue bowl",
    ),
    ("place the yellow block on the stand, then put the ball into the bowl", "put-on", "1 yellow block", "* stand"),
    ("line up three cylinders then stack two blocks", "line-up", "3 * cylinder", ""),
    (
        "put 2 balls, 1 block and a cylinder in the crate",
        "put-into",
        "2 * ball; 1 * block; 1 * cylinder",
        "* container",
    ),
    ("fill the bowl with a ball", "put-into", "1 * ball", "* bowl"),
    ("fill the box with three balls", "put-into", "3 * ball", "* container"),
    ("get the orange block onto the brown platform", "put-on", "1 orange block", "brown stand"),
    ("I want to see a red cube on a green pallet", "put-on", "1 red block", "green pallet"),
    ("red cube on green pallet", "put-on", "1 red block", "green pallet"),
    ("blocks in a row", "line-up", "3 * block", ""),
    ("tower", "stack", "3 * block", ""),
    ("pyramid pls", "pyramid", "3 * block", ""),
    ("bulid a piramid with six blcoks", "pyramid", "6 * block", ""),
    ("pick the red block and place it in the blue bowl", "put-into", "1 red block", "blue bowl"),
    ("pick up the ball, then drop it into the bowl", "put-into", "1 * ball", "* bowl"),
    ("make my robot tidy up: all balls in the box", "put-into", "2 * ball", "* container"),
    ("stack boxes on the pallet", "stack", "3 * box", "* pallet"),
    ("put the turquoise ball into the violet bowl", "put-into", "1 cyan ball", "purple bowl"),
    ("stack red, green and blue blocks", "stack", "1 red block; 1 green block; 1 blue block", ""),
    (
        "stack the red block, the green block and the blue block on the pallet",
        "stack",
        "1 red block; 1 green block; 1 blue block",
        "* pallet",
    ),
    (
        "make a red, a blue and a yellow cylinder stand in a line",
        "line-up",
        "1 red cylinder; 1 blue cylinder; 1 yellow cylinder",
        "",
    ),
    ("hey robot, could you stack 4 yellow cubes on the pallet?", "stack", "4 yellow block", "* pallet"),
    ("I'd like you to learn how to sort blocks by colour", "sort", "2 * block; 2 * block", ""),
    ("teach the robot to clean up: put all the balls into the basket", "put-into", "2 * ball", "* container"),
    ("make a task where a blue cylinder goes into a red bowl", "put-into", "1 blue cylinder", "red bowl"),
    ("the blue block should be on top of the red block", "stack", "1 blue block", "red block"),
    ("get the ball into the bowl", "put-into", "1 * ball", "* bowl"),
    ("ball in bowl", "put-into", "1 * ball", "* bowl"),
    ("three blocks on a pallet", "put-on", "3 * block", "* pallet"),
    ("make a stack of three boxes", "stack", "3 * box", ""),
    ("create a tower consisting of two cylinders and a block", "stack", "2 * cylinder; 1 * block", ""),
    ("arrange the cylinders around the ball", "surround", "4 * cylinder", "* ball"),
    ("form a line with five small blocks", "line-up", "5 * small block", ""),
    ("build a pyramid on the pallet with 3 blocks", "pyramid", "3 * block", "* pallet"),
    ("build a wall of six blocks on the pallet", "wall", "3 * block; 3 * block", "* pallet"),
    ("build a bridge over the zone", "bridge", "2 * block; 1 * long box", "* zone"),
    ("make a bridge with a block on top", "bridge", "2 * block; 1 * long box; 1 * block", ""),
    ("build a house with a block on the roof", "house", "2 * block; 2 * block; 1 * long box; 1 * block", ""),
    ("put two blocks side by side", "line-up", "2 * block", ""),
    ("put the red block left of the blue block", "left-of", "1 red block", "blue block"),
    ("place the ball right of the bowl", "right-of", "1 * ball", "* bowl"),
    ("move two blocks from the pallet to the zone", "move", "2 * block", "* pallet; * zone"),
    ("lay a red rope along the line", "rope", "1 red rope", "* line"),
    ("gather the crumbs in the square", "sweep", "* * small block", "* square"),
    ("push blocks into the zone", "sweep", "* * small block", "* zone"),
    ("place a star on the pallet", "put-on", "1 * star", "* pallet"),
    ("put the L-shaped block into the fixture", "insert", "1 * ell", "* fixture"),
    ("sort the blocks into red and blue zones", "sort", "2 red block; 2 blue block", "red zone; blue zone"),
    ("put yellow balls in yellow bowls", "put-into", "2 yellow ball", "2 yellow bowl"),
    (
        "put a red, a green and a blue ball into the container",
        "put-into",
        "1 red ball; 1 green ball; 1 blue ball",
        "* container",
    ),
    (
        "stack the blue block on the red block and the green block on the blue block",
        "stack",
        "1 blue block; 1 green block",
        "red block",
    ),
    (
        "line up the red block, the blue block and the green block",
        "line-up",
        "1 red block; 1 blue block; 1 green block",
        "",
    ),
    ("place four cylinders at the corners of the pallet", "corners", "4 * cylinder", "* pallet"),
    ("arrange nine small blocks in a 3x3 grid", "grid", "9 * small block", ""),
    ("make a triangle out of three cylinders", "triangle", "3 * cylinder", ""),
    ("build steps from three blocks", "stairs", "2 * block; 1 * block", ""),
    ("make stairs", "stairs", "2 * block; 1 * block", ""),
    ("put the ball behind the bowl", "behind", "1 * ball", "* bowl"),
    ("put the apple in the bowl", "put-into", "1 * ball", "* bowl"),
    ("Put.the.ball.in.the.bowl", "put-into", "1 * ball", "* bowl"),
    ("put the ball in the bowl\n", "put-into", "1 * ball", "* bowl"),
    ("PUT THE BALL IN THE BOWL!!!", "put-into", "1 * ball", "* bowl"),
]


@pytest.mark.parametrize(("goal", "relation", "moved", "targets"), UNDERSTOOD, ids=[row[0] for row in UNDERSTOOD])
def test_a_goal_is_understood(goal: str, relation: str, moved: str, targets: str):
    spec = understand(goal)
    assert isinstance(spec, Spec), spec
    assert spec.relation == relation
    assert len(moved.split("; ")) == len(spec.moved)
    assert names_each(moved, spec.moved), told(spec.moved)
    assert names_each(targets, spec.targets), told(spec.targets)


def test_a_goal_of_two_stages_has_both_of_them_in_colors_of_their_own():
    spec = understand("line up three cylinders, then stack two blocks")
    assert isinstance(spec, Spec)
    assert [stage.relation for stage in spec.stages] == ["line-up", "stack"]
    first, second = spec.stages
    assert not {thing.color for thing in first.things} & {thing.color for thing in second.things}


@pytest.mark.parametrize(
    "goal",
    [
        "line up three cylinders, then take the red ball and put it into the blue bowl",
        "put the red block on the blue block, then put the green block on the yellow block",
        "line up three cylinders, then put a red block next to a blue one",
        "stack two blocks, then stack two cylinders on top of each other",
    ],
)
def test_a_second_stage_with_things_of_its_own_is_understood(goal: str):
    spec = understand(goal)
    assert isinstance(spec, Spec), spec
    assert len(spec.stages) == 2


def test_other_things_may_stand_around():
    spec = understand("put the red block into the bowl among two distractors")
    assert isinstance(spec, Spec)
    assert sum(thing.count for thing in spec.distractors) == 2
    assert not {thing.asset for thing in spec.distractors} & {thing.asset for thing in spec.moved}


# What was typed, a part of the reason, a word of the way out.
REFUSED = [
    ("", "no words", ""),
    ("   ", "no words", ""),
    ("?!...", "no words", ""),
    ("12345", "no words", ""),
    ("asdfgh", "knows nothing of 'asdfgh'", ""),
    ("throw the knife at the person", "hurt somebody or break something ('knife' and 'person')", ""),
    ("stab him with the block", "hurt somebody", ""),
    ("hit somebody with the block", "hurt somebody", ""),
    ("throw the ball at the kid", "hurt somebody", ""),
    ("give him the block", "does not know 'him'", ""),
    ("put the knife beside the plate", "does not know 'knife'", ""),
    ("put the ball in the kid's bowl", "does not know 'kid'", "bowl"),
    ("burn the house down", "hurt somebody", "house"),
    ("smash the tower", "hurt somebody or break something", "tower"),
    ("fold the shirt", "no cloth", "rope"),
    ("pour water into the cup", "no liquids", "bowl"),
    ("open the drawer", "opens, closes or turns", "container"),
    ("tie a knot in the rope", "soft things", "rope"),
    ("rotate the block by 90 degrees", "picks from above", "align"),
    ("hammer the nail", "picks from above", ""),
    ("hit the ball with the block", "picks from above", ""),
    ("drive to the kitchen", "its world is a table", ""),
    ("play chess", "its world is a table", ""),
    ("write me a poem", "picks from above", ""),
    ("build a castle", "knows nothing of 'castle'", "tower"),
    ("clean the table", "knows nothing of 'clean'", "zone"),
    ("set the table", "names nothing of its world", ""),
    ("do it", "names nothing of its world", ""),
    ("pick up the block", "does not say where the block goes", "block"),
    ("first line up three blocks, then stack them", "goes on with the same things", "line up"),
    (
        "put the red block on the blue block and then the yellow block on the red one",
        "goes on with the same things",
        "",
    ),
    ("put the red block on the blue block, then the yellow block on the red block", "goes on with the same", ""),
    ("put the red block on the blue one, then put the green block on top of it", "goes on with the same", ""),
    ("put red block on a blue block and then yellow one on top", "goes on with the same things", ""),
    ("put the red block on the blue block and then put the green block on top", "goes on with the same", ""),
    ("put the red ball in the bowl, then put the blue ball in the bowl", "goes on with the same things", "bowl"),
    ("line up four blocks, then stack the blocks", "goes on with the same things", "line up"),
    ("stack the red block on itself", "does not know 'itself'", ""),
    ("stack the block on the stack", "no stack stands there already", ""),
    ("put the ball in the bowl on the left", "does not know 'left'", "bowl"),
    ("put the ball in the right bowl", "does not know 'right'", "bowl"),
    ("put the block behind the left bowl", "does not know 'left'", ""),
    ("put the ball in the bowl behind", "behind of what", ""),
    ("throw the balls into the bin", "picks from above", "put"),
    ("stack tall blocks", "does not know 'tall'", "stack"),
    ("stack three wooden blocks", "does not know 'wooden'", "stack"),
    ("line up four long blocks", "does not know 'long'", "line up"),
    ("stack three heavy blocks", "does not know 'heavy'", "stack"),
    ("put red and then green and then blue block on the zone", "asks for an order", ""),
    ("put the red block and then the green block on the zone", "asks for an order", ""),
    ("stack the bowls", "has nothing to do with bowls", "stack"),
    ("form a circle around the bowl with blocks", "a bowl is too wide to be surrounded", "around"),
    ("stack two balls", "nothing can be stacked with balls", ""),
    ("stack ten blocks", "at most 5 objects, not 10", "stack five blocks"),
    ("stack -3 blocks", "nothing to do with", "stack"),
    ("put 0 blocks into the bowl", "nothing to do with", "bowl"),
    ("put 1000000000000000000000 balls on the pallet", "at most 6 objects", "put "),
    ("put five balls into the container", "at most 4 objects, not 5", "put four balls into the container"),
    ("put two blocks into the bowl", "a bowl holds one object", "container"),
    ("put six blocks on the stand", "room for four things", "put four blocks on the stand"),
    ("build a pyramid of four blocks", "moves three and six objects, not four blocks", "a pyramid of three blocks"),
    ("make a wall of 50 bricks", "not 50 blocks", "wall of nine bricks"),
    ("build a bridge of balls", "has nothing to do with balls", "bridge"),
    ("stack a red block on a plaid block", "does not know 'plaid'", "stack"),
    ("sort the blocks by weight", "('weight')", "sort"),
    ("sort and stack the blocks", "more than one thing at once", ""),
    ("put a block in the corner of the table", "corners of the table are not marked", "corner"),
]


@pytest.mark.parametrize(("goal", "reason", "nearest"), REFUSED, ids=[row[0].strip() or "nothing" for row in REFUSED])
def test_a_goal_that_cannot_be_expressed_gets_a_reason_and_a_way_out(goal: str, reason: str, nearest: str):
    answer = understand(goal)
    assert isinstance(answer, Unsaid), answer
    assert reason in answer.reason
    assert answer.nearest.startswith('try "')
    assert nearest in answer.nearest
    assert isinstance(understand(answer.nearest.removeprefix('try "').removesuffix('"')), Spec)


def test_every_example_of_a_relation_asks_for_it():
    heard = {name: understand(relation.example) for name, relation in RELATIONS.items()}
    assert {name: spec.relation for name, spec in heard.items() if isinstance(spec, Spec)} == {n: n for n in RELATIONS}


def test_every_sentence_of_the_grammar_asks_for_the_task_it_tells_of():
    missed = Counter()
    for number, structure in enumerate(structures()):
        spec = colored(structure, np.random.default_rng(number))
        if spec.distractors:
            continue
        heard = understand(summary(spec))
        if not isinstance(heard, Spec) or heard.structure != spec.structure:
            missed[summary(spec)] += 1
    assert not missed


def test_slips_of_the_fingers_are_mended():
    typed = ("stakc three bloks on the stand", "stack three blocsk on the stand", "stack thre blocks on teh stand")
    meant = understand("stack three blocks on the stand")
    assert [understand(goal) for goal in typed[:2]] == [meant, meant]
    assert understand("put the gren block on the stand") == understand("put the green block on the stand")


def test_words_that_look_alike_are_not_mended_into_one_another():
    """A towel is no tower: what is another word stays one."""
    block = ("back", "blank", "bold", "brow", "bread", "greet")
    for goal in (
        "put the towel on the stand",
        "put the clock on the stand",
        "build a horse",
        "build a bride",
        "sack three blocks",
        "put tree blocks on the stand",
        *(f"put the {word} block on the stand" for word in block),
    ):
        assert isinstance(understand(goal), Unsaid), goal


def test_whatever_is_typed_is_either_refused_or_becomes_a_program():
    known = vocabulary()
    others = (
        "a an one two three six ten 0 1 3 12 99 the the , and then with of into onto on top same color each by ! from"
    )
    words = [*known.nouns, *(f"{noun}s" for noun in known.nouns), *COLORS, *others.split()]
    words += [*sorted(known.verbs), *sorted(known.structures)]
    chance = random.Random(0)
    said = 0
    for _ in range(400):  # most random sentences say nothing
        goal = " ".join(chance.choices(words, k=chance.randint(1, 12)))
        spec = understand(goal)
        if isinstance(spec, Spec):
            said += 1
            parsed = parse(write_program(spec, spec.name, summary(spec)))
            assert not isinstance(parsed, Diagnostic), goal
            assert list(screen(*parsed, "")) == [], goal
    assert said > 5
