import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class ColorMatchedBlocks(Task):
    """Put each block into the bowl of its own colour."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "put the {color} block in the {color} bowl"
        self.task_completed_desc = "done matching colors."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        names = ["red", "blue", "green"]
        bowl_size = (0.12, 0.12, 0)
        bowl_urdf = "bowl/bowl.urdf"
        bowl_poses = []
        for name in names:
            bowl_pose = self.get_random_pose(env, bowl_size)
            env.add_object(bowl_urdf, bowl_pose, category="fixed", color=utils.COLORS[name])
            bowl_poses.append(bowl_pose)

        block_size = (0.04, 0.04, 0.04)
        block_urdf = "block/block.urdf"
        blocks = []
        for name in names:
            block_pose = self.get_random_pose(env, block_size)
            blocks.append(env.add_object(block_urdf, block_pose, color=utils.COLORS[name]))

        for i, name in enumerate(names):
            self.add_goal(
                objs=[blocks[i]],
                matches=np.ones((1, 1)),
                targ_poses=[bowl_poses[i]],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                symmetries=[np.pi / 2],
                language_goal=self.lang_template.format(color=name),
            )
