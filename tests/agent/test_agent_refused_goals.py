"""Goals that cannot be expressed: why, and what is offered in their place."""

from __future__ import annotations

import pytest

from agent.grammar.goals import Unsaid, understand
from agent.grammar.spec import Spec

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
