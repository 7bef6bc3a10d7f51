import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class FixedBlock(Task):
    """The block that is to be moved is fixed."""

    def __init__(self):
        super().__init__()
        self.max_steps = 3
        self.lang_template = "put the red block on the stand"
        self.task_completed_desc = "done."

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, "fixed")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), "fixed", color="red")
        self.add_goal(
            objs=[block],
            matches=np.ones((1, 1)),
            targ_poses=[utils.apply(stand_pose, (0, 0, 0.0225))],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1,
            symmetries=[0],
            language_goal=self.lang_template,
        )
