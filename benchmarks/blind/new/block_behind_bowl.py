import math

import numpy as np

from sim import Task


class BlockBehindBowl(Task):
    """The block is to lie behind the bowl as the robot sees it, farther away from the base."""

    rot_eps = math.pi

    def reset(self, env):
        super().reset(env)
        x, y = self.rng.uniform(0.38, 0.55), self.rng.uniform(-0.3, 0.3)
        env.add_object("bowl/bowl.urdf", ((x, y, 0.0), (0, 0, 0, 1)), category="fixed", color="red")
        away = 1 + 0.1 / math.hypot(x, y)
        spot = (x * away, y * away, 0.02)
        while True:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            if math.dist(pose[0][:2], spot[:2]) > 0.1:
                break
        block = env.add_object("block/block.urdf", pose, color="green")
        self.aim([block], [spot], "put the green block behind the red bowl, on the side away from the robot", turn=np.pi / 2)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )
