import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class SmallBlocksToZone(Task):
    """Bring small blocks to the marked square."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "bring the small blocks to the marked square"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        zone_size = (0.2, 0.2, 0)
        zone_pose = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", zone_pose, "fixed")
        blocks, spots = [], []
        for i in range(3):
            pose = self.get_random_pose(env, (0.02, 0.02, 0.02))
            blocks.append(env.add_object("block/small.urdf", pose, color=utils.COLORS["purple"]))
            spots.append((utils.apply(zone_pose, (0.05 * (i - 1), 0, 0.01)), zone_pose[1]))
        self.add_goal(
            objs=blocks,
            matches=np.ones((3, 3)),
            targ_poses=spots,
            replace=False,
            rotations=False,
            metric="zone",
            params=[(zone_pose, zone_size)],
            step_max_reward=1,
            language_goal=self.lang_template,
        )
