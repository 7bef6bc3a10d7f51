"""Blocks all around a bowl."""

import math

import numpy as np

from sim import Task
from sim.geometry import apply, multiply, yaw_quaternion

COUNT = 6
RADIUS = 0.10  # metres from the middle of the bowl to the middles of the blocks


class RingOfBlocksAroundBowl(Task):
    """Surround the bowl with six blocks that make a circle, evenly spaced, as petals around a flower."""

    pos_eps = 0.02
    max_steps = 12

    def reset(self, env):
        super().reset(env)
        side = 2 * RADIUS + 0.06
        centre = self.get_random_pose(env, (side, side, 0.0))
        env.add_object("bowl/bowl.urdf", centre, category="fixed", color="yellow")

        targets = []
        for k in range(COUNT):
            angle = 2 * math.pi * k / COUNT
            offset = (RADIUS * math.cos(angle), RADIUS * math.sin(angle), 0.02)
            targets.append(multiply(centre, (offset, yaw_quaternion(angle))))

        petals = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="pink")
            for _ in range(COUNT)
        ]
        self.add_goal(
            objs=petals,
            matches=np.ones((COUNT, COUNT)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="arrange the six pink blocks in a circle around the yellow bowl",
        )
