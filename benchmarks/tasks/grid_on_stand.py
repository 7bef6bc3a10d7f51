import itertools

import numpy as np

from sim import Task
from sim.geometry import apply

PITCH = 0.05


class GridOnStand(Task):
    """Arrange four blocks in a two by two grid on the stand, in one layer with small gaps."""

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, "fixed", color="yellow")
        blocks, cells = [], []
        for i, j in itertools.product((-0.5, 0.5), (-0.5, 0.5)):
            blocks.append(
                env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="purple")
            )
            cells.append((apply(stand, (i * PITCH, j * PITCH, 0.0225)), stand[1]))
        self.add_goal(
            objs=blocks,
            matches=np.ones((4, 4)),
            targ_poses=cells,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="arrange the four purple blocks in a 2x2 grid on the yellow stand",
        )
