import random

import numpy as np

from sim import Task


class BallsByColor(Task):
    """Each ball goes into the bowl of its colour."""

    max_steps = 6
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        names = random.sample(["red", "blue", "yellow", "purple"], 2)
        bowls = {}
        for name in names:
            pose = self.get_random_pose(env, (0.12, 0.12, 0.0))
            env.add_object("bowl/bowl.urdf", pose, category="fixed", color=name)
            bowls[name] = pose

        for name in names:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            ball = env.add_object("ball/ball.urdf", pose, color=name)
            self.add_goal(
                objs=ball,
                matches=np.ones((1, 1)),
                targ_poses=[bowls[name]],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=0.5,
                symmetries=[0],
                language_goal=f"put the {name} ball into the {name} bowl",
            )
