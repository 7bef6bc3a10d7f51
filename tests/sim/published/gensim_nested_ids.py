import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class PairsInBowls(Task):
    """Objects in lists of lists, and a pallet by a template's name that there is none of."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the white blocks on the pallet"
        self.task_completed_desc = "done."

    def reset(self, env):
        super().reset(env)
        pallet_pose = self.get_random_pose(env, (0.3, 0.25, 0.03))
        env.add_object("pallet/pallet-template.urdf", pallet_pose, "fixed")
        pair = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="white")
            for _ in range(2)
        ]
        places = [(utils.apply(pallet_pose, (0, dy, 0.035)), pallet_pose[1]) for dy in (-0.06, 0.06)]
        self.add_goal(
            objs=[pair],
            matches=np.ones((2, 2)),
            targ_poses=places,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1,
            symmetries=[np.pi / 2] * 4,
        )
        self.lang_goals.append(self.lang_template)
