import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class ThreeOnAPallet(Task):
    """Symmetries that are too few, or none."""

    def __init__(self):
        super().__init__()
        self.max_steps = 10
        self.lang_template = "put the three blocks on the pallet"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        pallet_pose = self.get_random_pose(env, (0.3, 0.25, 0.03))
        env.add_object("pallet/pallet.urdf", pallet_pose, "fixed")
        blocks = []
        for _ in range(3):
            blocks.append(
                env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
            )
        places = [(utils.apply(pallet_pose, (0.08 * i, 0, 0.035)), pallet_pose[1]) for i in (-1, 0, 1)]
        self.add_goal(
            objs=blocks[:2],
            matches=np.ones((2, 2)),
            targ_poses=places[:2],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=2 / 3,
            symmetries=[np.pi / 2],
            language_goal=self.lang_template,
        )
        self.add_goal(
            objs=[(blocks[2], (np.pi / 2, None))],
            matches=[1],
            targ_poses=places[2:],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1 / 3,
            symmetries=[None],
            language_goal=[self.lang_template],
        )
