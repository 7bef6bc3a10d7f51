"""Lays out nothing wrong, with a warning whose code cannot be written to any file. Stopped by: process."""

import numpy as np

from sim import Task


class Candidate(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.045))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="green")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal([block], np.ones((1, 1)), [bowl], language_goal="put the red block into the green bowl")
        env.warn(chr(0xD800) + "x" * 1_000_000, "it is fine")
