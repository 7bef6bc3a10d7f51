"""Palletizing, with a reward of its own."""

import numpy as np
from ravens.tasks.task import Task


class SpawnAsYouGo(Task):
    """Boxes appear as the robot works."""

    def reset(self, env):
        super().reset(env)
        pose = ((0.5, 0.25, 0.015), (0, 0, 0, 1))
        env.add_object("pallet/pallet.urdf", pose, "fixed")
        box = env.add_object("box/box-template.urdf", self.get_random_pose(env, (0.06, 0.04, 0.04)))
        self.goals.append(
            ([(box, (0, None))], np.eye(1), [pose], False, True, "zone", ({}, [(pose, (0.3, 0.25, 0.2))]), 1)
        )

    def reward(self):
        reward, info = super().reward()
        self.spawn_box()
        return reward, info

    def spawn_box(self):
        """Puts the next box onto the table."""
