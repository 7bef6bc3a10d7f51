"""Align one corner of a box with a corner mark on the table."""

import numpy as np

from sim import LayoutBuilder, Task


class AlignBoxCorner(Task):
    """Put the box into the corner mark, so that one of its corners and two of its edges meet the mark."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        size = self.get_random_size(0.05, 0.15, 0.05, 0.15, 0.03, 0.05)
        mark_pose = self.get_random_pose(env, size)
        mark = self.fill_template("corner/corner-template.urdf", {"DIM": size})
        env.add_object(mark, ((*mark_pose[0][:2], 0.0), mark_pose[1]), category="fixed")
        color = self.get_colors()[0]
        box = env.add_object(
            self.fill_template("box/box-template.urdf", {"DIM": size}), self.get_random_pose(env, size), color=color
        )
        self.add_goal(
            objs=[box],
            matches=np.ones((1, 1)),
            targ_poses=[mark_pose],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi],
            language_goal=f"align the {color} box with the corner",
        )
