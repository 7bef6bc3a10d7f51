import itertools

import numpy as np

from sim import Task
from sim.geometry import apply

STEP = 0.041


class SquarePyramid(Task):
    """A pyramid with a square foot: four yellow blocks as a 2 x 2 base on the stand, then a brown block on their middle."""

    def reset(self, env):
        super().reset(env)
        pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", pose, category="fixed", color="gray")
        size = (0.04, 0.04, 0.04)
        base = [env.add_object("stacking/block.urdf", self.get_random_pose(env, size), color="yellow") for _ in range(4)]
        tip = env.add_object("stacking/block.urdf", self.get_random_pose(env, size), color="brown")
        squares = [
            (apply(pose, (x * STEP, y * STEP, 0.0225)), pose[1]) for x, y in itertools.product((-0.5, 0.5), repeat=2)
        ]
        self.add_goal(
            objs=base, matches=np.ones((4, 4)), targ_poses=squares, replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=0.8, symmetries=[np.pi / 2] * 4,
            language_goal="set the four yellow blocks together on the gray stand as the base of a pyramid",
        )
        self.add_goal(
            objs=[tip], matches=np.ones((1, 1)), targ_poses=[(apply(pose, (0, 0, 0.0625)), pose[1])], replace=False,
            rotations=True, metric="pose", params=None, step_max_reward=0.2, symmetries=[np.pi / 2],
            language_goal="set the brown block on top of the yellow blocks as the tip of the pyramid",
        )
