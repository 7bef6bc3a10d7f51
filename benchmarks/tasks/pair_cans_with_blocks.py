"""Partners of one colour stand beside each other."""

import math

import numpy as np

from sim import Task
from sim.geometry import apply

COLORS = ("red", "blue", "yellow")
CAN = (0.04, 0.04, 0.06)


class PairCansWithBlocks(Task):
    """Bring every cylinder to the block that has its colour, and stand it right beside it. The blocks stay put."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        middles, meeting_points = [], []
        for color in COLORS:
            pair = self.get_random_pose(env, (0.14, 0.06, 0.0))
            while any(math.dist(pair[0], other) < 0.16 for other in middles):  # pairs stand apart
                pair = self.get_random_pose(env, (0.14, 0.06, 0.0))
            middles.append(pair[0])
            block_at = (apply(pair, (-0.03, 0.0, 0.02)), pair[1])
            env.add_object("block/block_for_anchors.urdf", block_at, category="fixed", color=color)
            meeting_points.append(apply(pair, (0.025, 0.0, CAN[2] / 2)))
        cans = []
        for color in COLORS:
            start = self.get_random_pose(env, CAN)
            while any(math.dist(start[0][:2], middle[:2]) < 0.1 for middle in middles):
                start = self.get_random_pose(env, CAN)
            cans.append(env.add_object("cylinder/cylinder.urdf", start, color=color))
        self.add_goal(
            objs=cans,
            matches=np.eye(len(COLORS)),
            targ_poses=meeting_points,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="put each cylinder next to the block of the same color",
        )
