import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class BuildWall(Task):
    """Build a wall of two layers at marked places."""

    def __init__(self):
        super().__init__()
        self.max_steps = 12
        self.lang_template = "build a wall: two green blocks, and on them two blue ones"
        self.task_completed_desc = "done building a wall."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        wall_pose = self.get_random_pose(env, (0.12, 0.06, 0.08))
        base = [utils.apply(wall_pose, (dx, 0, -0.02)) for dx in (-0.025, 0.025)]
        base_poses = [(position, wall_pose[1]) for position in base]
        top_poses = [((x, y, z + 0.05), wall_pose[1]) for x, y, z in base]
        self.add_corner_anchor_for_pose(env, base_poses[0])
        self.add_corner_anchor_for_pose(env, base[1])

        layers = []
        for color in ("green", "blue"):
            blocks = []
            for _ in range(2):
                pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
                blocks.append(env.add_object("block/block.urdf", pose, color=utils.COLORS[color]))
            layers.append(blocks)
        for blocks, poses in zip(layers, (base_poses, top_poses)):
            self.add_goal(
                objs=blocks,
                matches=np.ones((2, 2)),
                targ_poses=poses,
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=0.5,
                symmetries=[np.pi / 2, np.pi / 2],
                language_goal=self.lang_template,
            )
