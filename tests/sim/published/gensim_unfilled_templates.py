import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class BallsIntoContainer(Task):
    """Put two balls into the container; the templates are never filled in."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the balls in the container"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        container_pose = self.get_random_pose(env, (0.12, 0.12, 0.05))
        env.add_object("container/container-template.urdf", container_pose, "fixed")
        balls = []
        for color in ["red", "yellow"]:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            balls.append(env.add_object("ball/ball-template.urdf", pose, color=color))
        places = [(utils.apply(container_pose, (dx, 0, 0)), container_pose[1]) for dx in (-0.025, 0.025)]
        self.add_goal(
            objs=balls,
            matches=np.ones((2, 2)),
            targ_poses=places,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container_pose, (0.12, 0.12, 0.05))],
            step_max_reward=1,
            language_goal=self.lang_template,
        )
