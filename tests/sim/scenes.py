"""Small layouts and candidates that several tests use."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.action import Action, EndEffector, Outcome
from sim.builder import lay_out
from sim.geometry import as_pose, yaw_quaternion
from sim.layout import Layout, Pose
from sim.task import Task

BLOCK = "block/block.urdf"
HALF = 0.02  # of a block, metres
Thing = tuple[str, Any, dict[str, Any]]


def at(x: float, y: float, z: float = HALF, yaw: float = 0.0) -> Pose:
    """An upright pose."""
    return (x, y, z), yaw_quaternion(yaw)


def block(x: float, y: float, z: float = HALF, yaw: float = 0.0, **keywords: Any) -> Thing:
    """A block, for `layout`."""
    return BLOCK, at(x, y, z, yaw), {"color": "red", **keywords}


def goal(objects: Sequence[int], targets: Sequence[Any], **keywords: Any) -> dict[str, Any]:
    """A goal, for `layout`, whose objects may go to any of the targets."""
    matches = np.ones((len(objects), len(targets)))
    return {"objs": objects, "targ_poses": targets, "matches": matches, "language_goal": "do it", **keywords}


def layout(things: Sequence[Thing], goals: Sequence[dict[str, Any]], **attributes: Any) -> Layout:
    """A layout made by a real task; the goals have equal shares."""

    class Scene(Task):
        def reset(self, env: Any) -> None:
            super().reset(env)
            for asset, pose, keywords in things:
                env.add_object(asset, as_pose(pose), **keywords)
            for keywords in goals:
                self.add_goal(**{"step_max_reward": 1 / len(goals), **keywords})

    for name, value in attributes.items():
        setattr(Scene, name, value)
    return lay_out(Scene, 0)[0]


def move(suction: EndEffector, start: tuple[float, float], end: tuple[float, float], turn: float = 0.0) -> Outcome:
    """Picks at one place and puts down at another."""
    return suction.run(Action((*start, 0.0), (*end, turn)))


def program(body: str, head: str = "", attributes: str = "") -> str:
    """A candidate whose `reset` goes on with `body`; without `head` it starts at line `FIRST`."""
    lines = [
        "import itertools",
        "import random",
        "",
        "import numpy as np",
        "from sim import Task, colors",
        f"{head}class Candidate(Task):",
        f"    {attributes or 'max_steps = 4'}",
        "    def reset(self, env):",
    ]
    return "\n".join(lines) + "\n" + textwrap.indent("super().reset(env)\n" + textwrap.dedent(body), " " * 8) + "\n"


FIRST = 10  # line of `program`'s body

ADD_BLOCK = 'block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")\n'
ADD_BOWL = (
    "bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))\n"
    'env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")\n'
)
ADD_GOAL = (
    'self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[bowl], language_goal="put the red block into the '
    'green bowl")\n'
)
GOOD = ADD_BOWL + ADD_BLOCK + ADD_GOAL
HONEST = program(GOOD, attributes="pos_eps = 0.05")
