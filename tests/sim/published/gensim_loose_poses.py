import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class BlocksOnLine(Task):
    """Targets as bare positions, Euler angles and no rotation at all."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "line up the blocks on the green line"
        self.task_completed_desc = "done lining up."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        line_urdf = self.fill_template("line/single-green-line-template.urdf", {"DIM": (0.3,), "HALF": (0.15,)})
        line_pose = ((0.5, 0.3, 0), (0, 0, 0))
        env.add_object(line_urdf, line_pose, "fixed")
        blocks = []
        for name in ("red", "yellow", "orange"):
            pose = self.get_random_pose(env, np.array([0.04, 0.04, 0.04]))
            blocks.append(env.add_object(urdf="block/block.urdf", pose=list(pose), color=utils.COLORS[name]))
        places = [np.array([0.42, 0.3, 0.02]), ((0.5, 0.3, 0.02), (0, 0, np.pi / 2)), ((0.58, 0.3, 0.02), None)]
        for block, place in zip(blocks, places):
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[place],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3.0,
                symmetries=[np.pi / 2],
                language_goal=self.lang_template,
            )
