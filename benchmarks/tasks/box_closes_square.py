"""Close a square outline with a long box."""

import numpy as np

from sim import Task
from sim.geometry import apply

SIDE = 0.14


class BoxClosesSquare(Task):
    """The outline has three sides; lay the long box along the open one so that the square is closed."""

    def reset(self, env):
        super().reset(env)
        outline = self.get_random_pose(env, (SIDE, SIDE + 0.05, 0.0))
        env.add_object(
            self.fill_template("square/square-template.urdf", {"DIM": (SIDE, SIDE, 0.001)}), outline, "fixed",
            color="red",
        )
        bar_size = (SIDE, 0.03, 0.03)
        bar = env.add_object(
            self.fill_template("box/box-template.urdf", {"DIM": bar_size}), self.get_random_pose(env, bar_size),
            color="gray",
        )
        self.add_goal(
            objs=[bar],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(outline, (0.0, SIDE / 2, 0.015)), outline[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi],
            language_goal="lay the gray box along the open side of the red square so that the square is closed",
        )
