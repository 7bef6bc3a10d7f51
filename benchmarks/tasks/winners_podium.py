import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply


class WinnersPodium(Task):
    """Build a podium for winners: three blocks in a row on the stand and a fourth one on the block in the middle."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        row_color, top_color = self.get_colors()[:2]
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed")
        row = [
            env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=row_color)
            for _ in range(3)
        ]
        winner = env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=top_color)
        row_targets = [(apply(stand_pose, (k * 0.041, 0.0, 0.0225)), stand_pose[1]) for k in (-1, 0, 1)]
        self.add_goal(
            objs=row,
            matches=np.ones((3, 3)),
            targ_poses=row_targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.75,
            language_goal=f"put the three {row_color} blocks in a row on the stand",
        )
        self.add_goal(
            objs=[winner],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(stand_pose, (0.0, 0.0, 0.0625)), stand_pose[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.25,
            language_goal=f"put the {top_color} block on top of the middle {row_color} block",
        )
