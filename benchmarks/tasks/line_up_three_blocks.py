"""Blocks in a row."""

import numpy as np

from sim import Task
from sim.geometry import apply

LINE = (0.24, 0.015, 0.001)


class LineUpThreeBlocks(Task):
    """Line up the three blocks of the named colour on the line; it does not matter which stands where."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        color, other, *_ = [c for c in self.get_colors() if c != "gray"]
        line = self.get_random_pose(env, (LINE[0], 0.05, 0.0))
        env.add_object(self.fill_template("line/line-template.urdf", {"DIM": LINE}), line, "fixed", color="gray")
        row = [env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
               for _ in range(3)]
        env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=other)
        spots = [(apply(line, (x, 0.0, 0.02)), line[1]) for x in (-0.08, 0.0, 0.08)]
        self.add_goal(
            objs=row,
            matches=np.ones((3, 3)),
            targ_poses=spots,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal=f"line up the three {color} blocks in a row on the gray line",
        )
