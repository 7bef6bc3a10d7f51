from typing import NamedTuple

import numpy as np

from sim import Task
from sim.geometry import apply


class Part(NamedTuple):
    """One kind of part of the house: where its pieces come, in the frame of the stand, and what the robot is told."""

    template: str
    size: tuple
    color: str
    places: tuple
    words: str


FLOOR = 0.0025
PARTS = (
    Part(
        "box/box-template.urdf",
        (0.1, 0.03, 0.05),
        "yellow",
        ((0, -0.04, FLOOR + 0.025), (0, 0.04, FLOOR + 0.025)),
        "put the two yellow boxes on the green stand as the walls of a house",
    ),
    Part(
        "box/box-template.urdf",
        (0.12, 0.11, 0.015),
        "red",
        ((0, 0, FLOOR + 0.0575),),
        "put the red box on the yellow boxes as the roof",
    ),
    Part(
        "cylinder/cylinder-template.urdf",
        (0.03, 0.03, 0.04),
        "black",
        ((0.03, 0.02, FLOOR + 0.085),),
        "put the black cylinder on the red box as the chimney",
    ),
)


class LittleHouse(Task):
    """Build a little house on the stand: two walls, a roof that covers both, and a chimney on the roof."""

    def reset(self, env):
        super().reset(env)
        garden = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", garden, category="fixed", color="green")
        total = sum(len(part.places) for part in PARTS)
        for part in PARTS:
            filled = self.fill_template(part.template, {"DIM": part.size})
            pieces = [
                env.add_object(filled, self.get_random_pose(env, part.size), color=part.color) for _ in part.places
            ]
            self.add_goal(
                objs=pieces,
                matches=np.ones((len(pieces), len(pieces))),
                targ_poses=[(apply(garden, place), garden[1]) for place in part.places],
                metric="pose",
                step_max_reward=len(pieces) / total,
                language_goal=part.words,
            )
