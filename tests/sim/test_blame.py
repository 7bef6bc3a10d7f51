"""Findings point at the line that is to blame, and their hints can be followed to the letter."""

from __future__ import annotations

import pytest
from scenes import ADD_BLOCK, ADD_BOWL, ADD_GOAL, FIRST, HONEST, program

from benchmarks.scripted_coder import follow
from sim.blame import pointed
from sim.isolation import Limits
from sim.lines import Lines
from sim.sandbox import Sandbox
from sim.verdict import Diagnostic
from sim.verification import verify

QUICK = Sandbox(limits=Limits(wall_seconds=2.0))
GOAL = """\
bowl = ((0.5, 0.0, 0.0), (0, 0, 0, 1))
block = env.add_object(
    "block/block.urdf",
    self.get_random_pose(env, (0.04, 0.04, 0.04)),
    color="red",
)
self.add_goal(
    objs=[block],
    matches=np.ones((1, 1)),
    targ_poses=[bowl],
    language_goal="do it",
)
"""
LAST = '    language_goal="do it",\n'
FREE = "self.get_random_pose(env, (0.04, 0.04, 0.04))"
PLACED = GOAL.replace("bowl", "place").replace(FREE, "place")


def more(*arguments: str) -> str:
    """The goal with further arguments."""
    return GOAL.replace(LAST, LAST + "".join(f"    {argument},\n" for argument in arguments))


def found(code: str, **values: object) -> Diagnostic:
    return Diagnostic(code=code, stage="ground", message="", hint="so it goes", values=dict(values))


LINES = Lines(objects=(FIRST + 1,), goals=(FIRST + 6,))


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (found("unsolved", goal=1), FIRST + 6),
        (found("floating-target", goal=1), FIRST + 9),
        (found("instruction-mismatch", goal=1), FIRST + 10),
        (found("malformed-goal", goal=1, argument="matches"), FIRST + 8),
        (found("unstable", object=1), FIRST + 3),
        (found("bad-color", object=1, argument="color"), FIRST + 4),
        (found("malformed-goal", argument="max_steps"), FIRST - 3),
        (found("unsolved", goal=7), None),
        (found("unsolved"), None),
    ],
)
def test_a_finding_of_the_judge_gets_the_line_of_what_it_is_about(finding: Diagnostic, line: int | None) -> None:
    source = program(GOAL)
    told = pointed(finding, source, LINES)
    assert told.line == line
    assert told.source == (source.split("\n")[line - 1].strip() if line else "")


def test_lines_of_a_candidate_are_noted_where_its_helpers_add_things() -> None:
    source = HONEST.replace("block = env.add_object(", "block = self.place(env, ")
    source += "    def place(self, env, urdf, pose, color):\n        return env.add_object(urdf, pose, color=color)\n"
    laid_out = Sandbox().layouts(source, [0, 1])
    assert len(laid_out.layouts) == 2
    assert laid_out.lines == (Lines(objects=(FIRST + 1, 16), goals=(FIRST + 3,)),) * 2


# What is wrong, what the hint says, and what the program has then in its stead.
MENDED: dict[str, tuple[str, str, str]] = {
    "asset": (ADD_BLOCK.replace("block/block", "blocks/block"), "did you mean", '"block/block.urdf"'),
    "asset that is not there": (ADD_BLOCK.replace("block/block", "brick/brick"), "did you mean", '"block/block.urdf"'),
    "colour of the web": (ADD_BLOCK.replace('"red"', '"turquoise"'), "did you mean", 'color="cyan"'),
    "colour in digits": (ADD_BLOCK.replace('"red"', '"#ff2020"'), "did you mean", 'color="red"'),
    "colour to 255": (ADD_BLOCK.replace('"red"', "(255, 0, 51)"), "replace", "color=(1, 0, 0.2)"),
    "colour elsewhere": ('name = "rad"\n' + ADD_BLOCK.replace('"red"', "name"), "replace", 'name = "red"'),
    "keyword": (ADD_BLOCK.replace("color=", "mass=1, color="), "delete", "0.04)), color="),
    "method": (ADD_BLOCK.replace("add_object", "add_cube"), "did you mean", "env.add_object("),
    "argument": ("p = self.get_random_pose((0.1, 0.1, 0.1))", "replace", "get_random_pose(env, (0.1, 0.1, 0.1))"),
    "name": ("block_size = 1\nx = blok_size", "did you mean", "x = block_size"),
    "import": ("x = math.pi", "add", "import math\n"),
    "generator": ("rng = np.random.default_rng()", "replace", "rng = self.rng"),
    "colon": ("for x in (1, 2)\n    pass", "write", "for x in (1, 2):"),
    "parenthesis": ("print((1, 2)\nprint(3)", "write", "print((1, 2))"),
    "number's method": ("self.rng.randint(3)", "did you mean", "self.rng.integers(3)"),
    "part of a pose": ("x = self.get_random_pose(env, (0.1, 0.1, 0)).position", "replace", "(0.1, 0.1, 0))[0]"),
    "flat pose": (ADD_BLOCK.replace(FREE, "[0.5, 0, 0.02, 0, 0, 0, 1]"), "replace",
                  "((0.5, 0, 0.02), (0, 0, 0, 1))"),
    "short rotation": ("pose = ((0.5, 0, 0.02), (0, 1))\n" + ADD_BLOCK.replace(FREE, "pose"), "replace",
                       "pose = ((0.5, 0, 0.02), (0, 0, 0, 1))"),
    "position for a pose": ("from sim.geometry import apply\npose = self.get_random_pose(env, (0.1, 0.1, 0))\n"
                            "x = apply(pose[0], (0, 0, 1))", "replace", "apply(pose, (0, 0, 1))"),
    "centimetres": ("self.get_random_pose(env, (12, 12, 4))", "replace", "(0.12, 0.12, 0.04)"),
    "height": ('self.fill_template("box/box-template.urdf", {"DIM": (0.1, 0.1)})', "replace", "(0.1, 0.1, 0.04)"),
    "field": ('self.fill_template("box/box-template.urdf", {"SIZE": (0.1, 0.1, 0.1)})', "did you mean", '{"DIM":'),
    "category": (ADD_BLOCK.replace('"red"', '"red", category="movable"'), "did you mean", 'category="rigid"'),
    "matches": (GOAL.replace("(1, 1)", "(1, 2)"), "replace", "np.ones((1, 1))"),
    "handle for a pose": (PLACED.replace("targ_poses=[place]", "targ_poses=[block]"), "replace",
                          "targ_poses=[place]"),
    "pose for a handle": (PLACED.replace("objs=[block]", "objs=[place]"), "replace", "objs=[block]"),
    "handles that are not listed": ("blocks = []\n" + GOAL.replace("objs=[block]", "objs=blocks"), "add",
                                    "blocks.append(block)"),
    "zone's size first": (more('metric="zone"', "params=[((0.2, 0.2, 0), bowl)]"), "replace",
                          "params=[(bowl, (0.2, 0.2, 0))]"),
    "one handle": (GOAL.replace("[block]", "block"), "replace", "objs=[block]"),
    "one target": (GOAL.replace("[bowl]", "bowl"), "replace", "targ_poses=[bowl]"),
    "one symmetry": (more("symmetries=0"), "replace", "symmetries=[0]"),
    "size without its field": ('self.fill_template("box/box-template.urdf", (0.1, 0.1, 0.1))', "replace",
                               '{"DIM": (0.1, 0.1, 0.1)}'),
    "size of one number": ("self.get_random_pose(env, 0.04)", "replace", "(env, (0.04, 0.04, 0.04))"),
    "colour for the category": (ADD_BLOCK.replace("color=", ""), "replace", 'color="red"'),
    "self": (GOAL.replace("self.add_goal", "add_goal"), "replace", "self.add_goal("),
    "home of a name": ("from sim.utils import apply\nx = apply", "write", "from sim.geometry import apply"),
    "order of a rope": ("poses, beads, matches = self.make_ropes(env, ((0.4, 0, 0), (0.6, 0.2, 0)))\n"
                        'self.add_goal(objs=beads, targ_poses=poses, matches=matches, language_goal="lay it")',
                        "replace", "beads, poses, matches ="),
    "zone that is there": (
        "place = self.get_random_pose(env, (0.2, 0.2, 0))\nenv.add_object('zone/zone.urdf', place, 'fixed')\n"
        + more('metric="zone"', "params=None"), "replace", "params=[(place, (0.2, 0.2, 0))]"),
    "point before the pose": ("from sim.geometry import apply\npose = self.get_random_pose(env, (0.1, 0.1, 0))\n"
                              "x = apply((0, 0, 1), pose)", "replace", "apply(pose, (0, 0, 1))"),
    "share as text": (more('step_max_reward="1 / 1"'), "replace", "step_max_reward=1 / 1,"),
    "env for add_goal": (GOAL.replace("objs=[block]", "env, objs=[block]"), "delete", "     objs=[block]"),
    "goal that is returned": (GOAL.replace("self.add_goal(", "return dict("), "replace", "self.add_goal("),
    "laid out at its target": (PLACED, "replace", '"block/block.urdf",\n            self.get'),
    "falls": (GOAL.replace(FREE, "(0.5, 0.3, 0.2)"), "replace", "self.get_random_pose(env, (0.04, 0.04, 0.04))"),
    "fixed": (GOAL.replace('color="red"', 'color="red", category="fixed"'), "replace", 'category="rigid"'),
    "degrees": (more("symmetries=[90]"), "replace", "symmetries=[np.pi / 2]"),
    "tolerance in degrees": ("self.rot_eps = 15\n" + GOAL, "replace", "rot_eps = 0.2618"),
    "tolerance in centimetres": ("self.pos_eps = 2\n" + GOAL, "replace", "pos_eps = 0.02"),
    "share": (more("step_max_reward=1 // 2"), "replace", "1 / 2"),
    "two shares": (more("step_max_reward=0.7") + more("step_max_reward=0.6"), "replace", "step_max_reward=0.4"),
    "shares of a loop": (f"for i in range(2):\n{''.join('    ' + line for line in GOAL.splitlines(keepends=True))}",
                         "1 / 2", ""),
    "f-string": ('color = "red"\n' + GOAL.replace("do it", "put the {color} block down"), "replace",
                 'f"put the {color}'),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDED)
def test_a_hint_can_be_followed_to_the_letter(name: str) -> None:
    body, word, then = MENDED[name]
    source = program(body)
    assert then == "" or then not in source
    finding = verify(source, sandbox=QUICK, seeds=1).errors[0]
    assert word in finding.hint
    if then:
        mended = follow(source, finding)
        assert mended is not None
        assert then in mended
        assert mended != source


def test_prose_around_a_program_is_told_apart_from_it() -> None:
    finding = verify(f"Here it is:\n```python\n{HONEST}```\nHave fun!\n", sandbox=QUICK, seeds=1).errors[0]
    assert follow(f"Here it is:\n```python\n{HONEST}```\nHave fun!\n", finding) == HONEST.removesuffix("\n")


def test_a_value_that_is_written_elsewhere_is_named_with_its_line() -> None:
    source = program("size = (12, 12, 4)\npose = self.get_random_pose(env, size)\n" + ADD_BOWL + ADD_BLOCK + ADD_GOAL)
    finding = verify(source, sandbox=QUICK, seeds=1).errors[0]
    assert (finding.code, finding.line) == ("bad-size", FIRST + 1)
    assert f"in line {FIRST}" in finding.hint
