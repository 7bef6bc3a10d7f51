"""Two balls go into two bowls, one after the other."""

import numpy as np

from sim import Task

BOWL_SIZE = (0.12, 0.12, 0.0)
BALL_SIZE = (0.04, 0.04, 0.04)


class TwoBallsTwoBowls(Task):
    """First the orange ball goes into the blue bowl, then the purple ball into the white bowl. Each ball has a bowl
    that is told in words and not by its colour."""

    pos_eps = 0.05
    max_steps = 6

    def reset(self, env):
        super().reset(env)

        plan = [("orange", "blue"), ("purple", "white")]
        for ball_color, bowl_color in plan:
            bowl_pose = self.get_random_pose(env, BOWL_SIZE)
            env.add_object("bowl/bowl.urdf", bowl_pose, "fixed", color=bowl_color)
            ball_pose = self.get_random_pose(env, BALL_SIZE)
            ball = env.add_object("sphere/sphere.urdf", ball_pose, color=ball_color)
            self.add_goal(
                objs=[ball],
                matches=np.ones((1, 1)),
                targ_poses=[bowl_pose],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=0.5,
                symmetries=[0],
                language_goal=f"put the {ball_color} ball into the {bowl_color} bowl",
            )
