"""Building blocks around a column."""

import math

import numpy as np

from sim import Task
from sim.geometry import apply

DISTANCE = 0.08


class BlocksAroundPost(Task):
    """Make a circle of five blocks around the upright cylinder, which stays where it is."""

    pos_eps = 0.02
    max_steps = 10

    def reset(self, env):
        super().reset(env)
        column = self.get_random_pose(env, (0.22, 0.22, 0.06))
        env.add_object("cylinder/cylinder.urdf", column, category="fixed", color="black")
        blocks, targets = [], []
        for step in range(5):
            blocks.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="cyan"))
            angle = math.tau * step / 5
            point = apply(column, (DISTANCE * math.cos(angle), DISTANCE * math.sin(angle), 0.0))
            targets.append((point[0], point[1], 0.02))
        self.add_goal(
            objs=blocks,
            matches=np.ones((5, 5)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * 5,
            language_goal="make a circle of the five cyan blocks around the black cylinder",
        )
