import numpy as np

from sim import Task
from sim.geometry import apply


class BallsOnPad(Task):
    """Park two balls of one colour on the pad; a ball of another colour stays outside."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        main, spare = self.rng.permutation(["red", "blue", "green", "orange"])[:2]
        pad_pose = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("zone/zone.urdf", pad_pose, "fixed", color="gray", scale=0.6)
        balls = []
        for color in (main, main, spare):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            balls.append(env.add_object("ball/ball.urdf", pose, color=str(color)))
        targets = [(apply(pad_pose, (d, 0.0, 0.02)), pad_pose[1]) for d in (-0.03, 0.03)]
        self.add_goal(objs=balls[:2], matches=np.ones((2, 2)), targ_poses=targets, replace=False, rotations=True,
                      metric="zone", params=[(pad_pose, (0.12, 0.12, 0.0))] * 2, step_max_reward=1.0,
                      language_goal=f"park the two {main} balls on the gray zone")
