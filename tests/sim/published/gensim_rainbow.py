import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class RainbowRow(Task):
    """A row in the colours of the rainbow's end, drawn from the palette as a view."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "put the blocks into the container, {color} next"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        size = (0.2, 0.1, 0.04)
        pose = self.get_random_pose(env, size)
        urdf = self.fill_template("container/container-template.urdf", {"DIM": size, "HALF": np.float32(size) / 2})
        env.add_object(urdf, pose, "fixed", color=utils.COLORS["silver"])
        names = ["indigo", "violet"] + random.sample(utils.COLORS.keys(), 1)
        for i, name in enumerate(names):
            block = env.add_object(
                "block/small.urdf", self.get_random_pose(env, (0.02, 0.02, 0.02)), color=utils.COLORS[name]
            )
            place = (utils.apply(pose, (0.05 * (i - 1), 0, -0.007)), pose[1])
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[place],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(names),
                symmetries=[np.pi / 2],
                language_goal=self.lang_template.format(color=name),
            )
