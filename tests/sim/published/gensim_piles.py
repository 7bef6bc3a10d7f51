import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class SweepTwoPiles(Task):
    """Sweep the piles into the square."""

    def __init__(self):
        super().__init__()
        self.max_steps = 20
        self.num_blocks = 15
        self.lang_template = "sweep the piles of {color} blocks into the square"
        self.task_completed_desc = "done sweeping."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        zone_size = (0.2, 0.2, 0)
        zone_pose = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", zone_pose, "fixed")
        for color in ("red", "blue"):
            pile = self.make_piles(env, block_color=utils.COLORS[color])
            self.add_goal(
                objs=pile,
                matches=np.ones((15, 1)),
                targ_poses=[zone_pose],
                replace=True,
                rotations=False,
                metric="zone",
                params=[(zone_pose, zone_size)],
                step_max_reward=1 / 2,
                language_goal=self.lang_template.format(color=color),
            )
