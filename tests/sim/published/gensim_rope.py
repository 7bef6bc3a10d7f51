import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class RopeOverLine(Task):
    """Lay the rope along the line."""

    def __init__(self):
        super().__init__()
        self.max_steps = 20
        self.lang_template = "lay the rope along the line"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        length = 0.28
        line_urdf = self.fill_template("line/line-template.urdf", {"DIM": (length,), "HALF": (length / 2,)})
        line_pose = self.get_random_pose(env, (length, 0.02, 0.001))
        env.add_object(line_urdf, line_pose, "fixed")
        corners = [utils.apply(line_pose, (side * length / 2, 0, 0)) for side in (-1, 1)]
        objects, targets, matches = self.make_ropes(env, corners=corners, color_name="blue")
        self.add_goal(
            objs=objects,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=False,
            metric="pose",
            params=None,
            step_max_reward=1,
            language_goal=self.lang_template,
        )
