"""What the scene view says of a task, and what it is blind to."""

from __future__ import annotations

import textwrap

import pytest

from sim import Sandbox, Signature
from sim.layout import Layout
from sim.signature import signature
from sim.tasks import human_sources

SEEDS = range(6)
PUT = """
    import numpy as np
    from sim import Task
    from sim.geometry import apply

    class Example(Task):
        pos_eps = 0.02

        def reset(self, env):
            super().reset(env)
            (x, y, z), turn = self.get_random_pose(env, (0.30, 0.30, 0.0))
            env.add_object("bowl/bowl.urdf", ((x, y, z), turn), category="fixed", color="green")
            block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
            {more}
            self.add_goal([block], np.ones((1, 1)), [{target}], symmetries=[0], language_goal="{words}")
"""


def layouts(source: str) -> tuple[Layout, ...]:
    laid_out = Sandbox().layouts(source, SEEDS)
    assert laid_out.layouts, laid_out.diagnostics
    return laid_out.layouts


def put(target: str, words: str = "put the red block in the green bowl", more: str = "pass") -> Signature:
    source = textwrap.dedent(PUT.format(target=target, words=words, more=more))
    return signature(layouts(source), source)


def told(name: str) -> Signature:
    source = human_sources()[name]
    return signature(layouts(source), source)


@pytest.mark.parametrize(
    ("target", "step"),
    [
        ("((x, y, z), turn)", "1 block > in bowl"),
        ("apply(((x, y, z), turn), (0.11, 0.0, 0.02))", "1 block > beside bowl"),
        ("(x, y + 0.11, 0.02)", "1 block > left of bowl"),
        ("(x + 0.11, y, 0.02)", "1 block > behind bowl"),
    ],
)
def test_a_relation_is_read_from_where_the_goal_brings_things(target: str, step: str) -> None:
    assert put(target).steps == (step,)


def test_what_nothing_is_done_with_is_a_distractor() -> None:
    more = 'env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="blue")'
    seen = put("((x, y, z), turn)", more=more)
    assert seen.distractors == {"ball": 1}
    assert seen.involved == put("((x, y, z), turn)").involved == {"block": 1, "bowl": 1}


def test_what_an_instruction_names_is_no_distractor() -> None:
    more = 'env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="blue")'
    words = "put the red block, which is as small as the blue ball, in the green bowl"
    assert put("((x, y, z), turn)", words, more).distractors == {}


def test_counts_and_shapes_that_are_drawn_at_random_are_one_thing() -> None:
    assert told("put-block-in-bowl").goals[0].moved == {"block": (1, 3)}
    assert told("put-block-in-bowl").steps == ("1-3 block > in bowl",)
    assert told("assembling-kits").steps == ("5 shape > in hole",)


def test_goals_are_in_order_with_what_lies_under_them_and_how_they_lie() -> None:
    pyramid = told("stack-block-pyramid")
    assert pyramid.steps == ("3 block > on stand (row)", "2 block > on placed block", "1 block > on placed block")
    assert pyramid.form == "layers 3-2-1"
    hanoi = told("towers-of-hanoi")
    assert [step.rank for step in hanoi.goals] == ["1/3", "2/3", "1/3", "3/3", "1/3", "2/3", "1/3"]
    assert hanoi.goals[0].begun == ("from on disk",)


def test_the_syntax_tree_says_how_things_are_made() -> None:
    assert told("sweeping-piles").helpers == ("make_piles",)
    source = human_sources()["packing-shapes"]
    assert signature(layouts(source)[:1], source).moved == {"shape": 1}  # one seed suffices: shapes are drawn


def test_signatures_of_the_first_version_are_read() -> None:
    earlier = '{"kinds":{"block/block.urdf":1,"hanoi/stand.urdf":1},"moved":{"block/block.urdf":1},"colors":{"red":1},'
    earlier += '"steps":["pose:1xblock/block.urdf>1xhanoi/stand.urdf"],"primitive":"pick_place"}'
    read = Signature.model_validate_json(earlier)
    assert read.kinds == {"block": 1, "peg stand": 1}
    assert read.goals == ()
    assert Signature.model_validate_json(read.model_dump_json()) == read
