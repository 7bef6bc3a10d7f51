import os

import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class BoxesEndToEnd(Task):
    """Lay three long boxes end to end along the line, like the cars of a train."""

    def __init__(self):
        super().__init__()
        self.max_steps = 10
        self.pos_eps = 0.015
        self.lang_template = "lay the boxes end to end along the line"
        self.task_completed_desc = "done making the train."

    def reset(self, env):
        super().reset(env)

        # Add line.
        line_size = (0.36, 0.02, 0.001)
        line_pose = self.get_random_pose(env, (0.36, 0.06, 0.0))
        line_template = "line/line-template.urdf"
        line_urdf = self.fill_template(line_template, {"DIM": line_size, "HALF": tuple(s / 2 for s in line_size)})
        env.add_object(line_urdf, line_pose, "fixed", color=utils.COLORS["white"])

        # Add boxes.
        box_size = (0.09, 0.04, 0.04)
        box_template = os.path.join(self.assets_root, "box/box-template.urdf")
        objs, targs = [], []
        for i in range(3):
            box_urdf = self.fill_template(box_template, {"DIM": box_size})
            box_pose = self.get_random_pose(env, box_size)
            objs.append(env.add_object(box_urdf, box_pose, color=utils.COLORS["red"]))
            targs.append((utils.apply(line_pose, ((i - 1) * 0.1, 0, 0.02)), line_pose[1]))

        # Goal: a train of boxes on the line.
        self.add_goal(objs=objs, matches=np.ones((3, 3)), targ_poses=targs, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1, symmetries=[np.pi] * 3,
                      language_goal="lay the three red boxes end to end along the white line")
