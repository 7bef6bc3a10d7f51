import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class TwoCylinders(Task):
    """The sentences are given after the goals, all at once."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the {what} cylinder on the stand"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, "fixed")
        names = ["red", "blue"]
        size = (0.04, 0.04, 0.05)
        for i, name in enumerate(names):
            urdf = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": size, "HALF": np.array(size) / 2})
            cylinder = env.add_object(urdf, self.get_random_pose(env, size), color=utils.COLORS[name])
            place = (utils.apply(stand_pose, (0.03 * (2 * i - 1), 0, 0.0275)), stand_pose[1])
            self.add_goal(cylinder, np.ones((1, 1)), [place], False, True, "pose", None, 1 / 2)
        self.lang_goals = [self.lang_template.format(what=name) for name in names]
