import math

import numpy as np

from sim import Task


class CylinderLeftOfBowl(Task):
    """The cylinder stands to the left of the bowl as the robot sees it."""

    def reset(self, env):
        super().reset(env)
        x, y = self.rng.uniform(0.4, 0.6), self.rng.uniform(-0.3, 0.2)
        env.add_object("bowl/bowl.urdf", ((x, y, 0.0), (0, 0, 0, 1)), category="fixed", color="red")
        spot = (x, y + 0.11, 0.03)
        while True:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.06))
            if math.dist(pose[0][:2], spot[:2]) > 0.1:
                break
        can = env.add_object("cylinder/cylinder.urdf", pose, color="green")
        self.aim([can], [spot], "stand the green cylinder to the left of the red bowl")

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )
