import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class TwoInOnePlace(Task):
    """Two boxes begin a little inside each other."""

    def __init__(self):
        super().__init__()
        self.max_steps = 4
        self.lang_template = "bring the red box to the marked square"
        self.task_completed_desc = "done."

    def reset(self, env):
        super().reset(env)
        zone_pose = ((0.5, -0.3, 0), (0, 0, 0, 1))
        env.add_object("zone/zone.urdf", zone_pose, "fixed")
        box = env.add_object("box/box.urdf", ((0.5, 0.2, 0.02), (0, 0, 0, 1)), color="red")
        env.add_object("box/box.urdf", ((0.5, 0.256, 0.02), (0, 0, 0, 1)), color="blue")
        self.add_goal(
            objs=[box],
            matches=np.ones((1, 1)),
            targ_poses=[zone_pose],
            replace=True,
            rotations=True,
            metric="zone",
            params=[(zone_pose, (0.2, 0.2, 0))],
            step_max_reward=1,
            language_goal=self.lang_template,
        )
