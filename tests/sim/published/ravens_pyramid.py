"""Stacking task."""

import numpy as np
import pybullet as p
from ravens.tasks.task import Task
from ravens.utils import utils


class Pyramid(Task):
    """Stacking task."""

    def __init__(self):
        super().__init__()
        self.max_steps = 12

    def reset(self, env):
        super().reset(env)

        # Base.
        base_size = (0.05, 0.15, 0.005)
        base_pose = self.get_random_pose(env, base_size)
        env.add_object("stacking/stand.urdf", base_pose, "fixed")

        names = ["purple", "blue", "green", "yellow", "orange", "red"]
        colors = [utils.COLORS[name] for name in names]

        # Blocks.
        objs = []
        for i in range(6):
            block_pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            block_id = env.add_object("stacking/block.urdf", block_pose)
            p.changeVisualShape(block_id, -1, rgbaColor=colors[i] + [1])
            objs.append((block_id, (np.pi / 2, None)))

        # Where they go: a layer is five centimetres above the one below.
        place_pos = [(0, -0.05, 0.03), (0, 0, 0.03), (0, 0.05, 0.03), (0, -0.025, 0.08), (0, 0.025, 0.08), (0, 0, 0.13)]
        targs = [(utils.apply(base_pose, i), base_pose[1]) for i in place_pos]

        # Goals: bottom, middle, top.
        self.goals.append((objs[:3], np.ones((3, 3)), targs[:3], False, True, "pose", None, 1 / 2))
        self.goals.append((objs[3:5], np.ones((2, 2)), targs[3:5], False, True, "pose", None, 1 / 3))
        self.goals.append((objs[5:], np.ones((1, 1)), targs[5:], False, True, "pose", None, 1 / 6))
