import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class JustReset(Task):
    """Defines nothing but reset."""

    def reset(self, env):
        super().reset(env)
        size = self.get_random_size(0.05, 0.08, 0.05, 0.08, 0.03, 0.04)
        box_urdf = self.fill_template("box/box-template.urdf", {"DIM": np.array(size), "COLOR": utils.COLORS["cyan"]})
        box = env.add_object(box_urdf, self.get_random_pose(env, size))
        zone_pose = self.get_random_pose(env, (0.2, 0.2, 0))
        env.add_object("zone/zone.urdf", zone_pose, "fixed")
        self.add_goal(
            objs=[box],
            matches=np.int32([[1]]),
            targ_poses=[zone_pose],
            replace=True,
            rotations=False,
            metric="zone",
            params=(zone_pose, (0.2, 0.2, 0)),
            step_max_reward=1,
            language_goal="bring the cyan box to the marked square",
        )
