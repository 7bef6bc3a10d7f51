import math

import numpy as np

from sim import Task
from sim.geometry import apply


class Petals(Task):
    """Six cubes around a dish, like petals."""

    rot_eps = np.pi

    def reset(self, env):
        super().reset(env)
        flower = self.landmark(env, "bowl/bowl.urdf", (0.32, 0.32, 0.0), "orange")
        petals = [self.lay(env, "stacking/block.urdf", (0.04, 0.04, 0.04), "white") for _ in range(6)]
        spots = []
        for k in range(6):
            a = 0.3 + k * math.pi / 3
            spots.append((apply(flower, (0.12 * math.cos(a), 0.12 * math.sin(a), 0.02)), flower[1]))
        self.aim(petals, spots, "put the six white blocks in a circle around the orange bowl", turn=np.pi / 2)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
