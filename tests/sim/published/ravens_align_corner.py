"""Aligning task."""

import os

import numpy as np
from ravens.tasks.task import Task
from ravens.utils import utils


class AlignCorner(Task):
    """Aligning task."""

    def __init__(self):
        super().__init__()
        self.max_steps = 3

    def reset(self, env):
        super().reset(env)

        # Box of a random shape.
        box_size = self.get_random_size(0.05, 0.12, 0.05, 0.12, 0.02, 0.06)

        # Corner, told where its bars go.
        bar_x = (box_size[0] / 2 - 0.025 + 0.0025, box_size[0] / 2 + 0.0025)
        bar_y = (box_size[1] / 2 + 0.0025, box_size[1] / 2 - 0.025 + 0.0025)
        corner_urdf = self.fill_template("corner/corner-template.urdf", {"DIMX": bar_x, "DIMY": bar_y})
        corner_pose = self.get_random_pose(env, (box_size[0], box_size[1], 0))
        env.add_object(corner_urdf, corner_pose, "fixed")
        os.remove(corner_urdf)

        # The box may lie either way round.
        theta = utils.quatXYZW_to_eulerXYZ(corner_pose[1])[2]
        turned = (corner_pose[0], utils.eulerXYZ_to_quatXYZW((0, 0, theta + np.pi)))

        box_urdf = self.fill_template("box/box-template.urdf", {"DIM": np.float32(box_size)})
        box_pose = self.get_random_pose(env, box_size)
        box_id = env.add_object(box_urdf, box_pose)
        os.remove(box_urdf)
        self.color_random_brown(box_id)

        # Goal: box is in the corner (one of two poses).
        self.goals.append(
            ([(box_id, (2 * np.pi, None))], np.int32([[1, 1]]), [corner_pose, turned], False, True, "pose", None, 1)
        )
