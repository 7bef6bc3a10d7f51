from functools import partial

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

EDGE = 0.04
PITCH = EDGE + 0.001


class WinnersPodium(Task):
    """Build a podium for winners: three blocks in a row on the stand and a fourth one on the block in the middle."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        row_color, top_color, *_ = self.get_colors()
        place, turn = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", (place, turn), category="fixed")
        goal = partial(self.add_goal, replace=False, rotations=True, metric="pose", params=None)

        row = [self.cube(env, row_color), self.cube(env, row_color), self.cube(env, row_color)]
        at_ground = [(apply((place, turn), (k * PITCH, 0.0, 0.0225)), turn) for k in range(-1, 2)]
        goal(
            objs=row,
            matches=np.ones((3, 3)),
            targ_poses=at_ground,
            step_max_reward=0.75,
            language_goal=f"put the three {row_color} blocks in a row on the stand",
        )
        goal(
            objs=[self.cube(env, top_color)],
            matches=np.ones((1, 1)),
            targ_poses=[(apply((place, turn), (0.0, 0.0, 0.0225 + EDGE)), turn)],
            step_max_reward=0.25,
            language_goal=f"put the {top_color} block on top of the middle {row_color} block",
        )

    def cube(self, env: LayoutBuilder, color: str) -> int:
        return env.add_object("stacking/block.urdf", self.get_random_pose(env, (EDGE, EDGE, EDGE)), color=color)
