"""Partners of one colour stand beside each other."""

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
        meeting_points = []
        for color in COLORS:
            pair = self.get_random_pose(env, (0.14, 0.06, 0.0))
            block_at = (apply(pair, (-0.03, 0.0, 0.02)), pair[1])
            env.add_object("block/block_for_anchors.urdf", block_at, category="fixed", color=color)
            meeting_points.append(apply(pair, (0.025, 0.0, CAN[2] / 2)))
        cans = [env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, CAN), color=c) for c in COLORS]
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
