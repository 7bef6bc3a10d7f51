import math

import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksEncirclePillar(Task):
    """Five cubes are to encircle a pillar at even distances."""

    def reset(self, env):
        super().reset(env)
        pillar = self.get_random_pose(env, (0.26, 0.26, 0.0))
        env.add_object("cylinder/cylinder.urdf", (apply(pillar, (0, 0, 0.03)), pillar[1]), category="fixed", color="red")
        cubes = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "white") for _ in range(5)]
        self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "brown")
        angles = [2 * math.pi * part / 5 for part in range(5)]
        ring = [(apply(pillar, (0.095 * math.cos(a), 0.095 * math.sin(a), 0.02)), pillar[1]) for a in angles]
        self.aim(cubes, ring, "put the five white blocks in a circle around the red cylinder")

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)
