"""Separating piles."""

import numpy as np
import pybullet as p
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class PushToSquare(Task):
    """Push the pile into the square of one colour, not the other."""

    def __init__(self):
        super().__init__()
        self.ee = Spatula
        self.max_steps = 20
        self.primitive = primitives.push
        self.num_blocks = 20
        self.lang_template = "push the pile of {block_color} blocks into the {square_color} square"
        self.task_completed_desc = "done separating pile."

    def reset(self, env):
        super().reset(env)
        names = np.random.choice(utils.TRAIN_COLORS, 3, replace=False)
        poses = []
        for name in names[:2]:
            pose = self.get_random_pose(env, (0.15, 0.15, 0))
            square = env.add_object("zone/zone.urdf", pose, "fixed")
            p.changeVisualShape(square, -1, rgbaColor=utils.COLORS[name] + [1])
            poses.append(pose)
        blocks, points = [], {}
        for _ in range(self.num_blocks):
            x = self.bounds[0, 0] + 0.2 + np.random.rand() * 0.1
            y = np.random.rand() * 0.1
            block = env.add_object("block/small.urdf", ((x, y, 0.01), p.getQuaternionFromEuler((0, 0, x))))
            p.changeVisualShape(block, -1, rgbaColor=utils.COLORS[names[2]] + [1])
            blocks.append((block, (0, None)))
            points[block] = self.get_object_points(block)
        self.goals.append(
            (
                blocks,
                np.ones((self.num_blocks, 1)),
                [poses[0]],
                True,
                False,
                "zone",
                (points, [(poses[0], (0.15, 0.15, 0))]),
                1,
            )
        )
        self.lang_goals.append(self.lang_template.format(block_color=names[2], square_color=names[0]))
