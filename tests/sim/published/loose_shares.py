import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class WholeRewardForEach(Task):
    """Each of two steps is said to be worth the whole reward."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the {color} block on the stand"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, "fixed")
        for i, color in enumerate(["red", "yellow"]):
            block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
            place = (utils.apply(stand_pose, (0.05 * i - 0.025, 0, 0.0225)), stand_pose[1])
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[place],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1,
                symmetries=[np.pi / 2],
                language_goal=self.lang_template.format(color=color),
            )
