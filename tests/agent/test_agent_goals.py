"""Goals in people's words: which task each of them asks for."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from agent.grammar.goals import understand
from agent.grammar.spec import Spec, Thing


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
