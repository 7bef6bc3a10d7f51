"""Close a square with a rope."""

import math

from sim import LayoutBuilder, Task
from sim.geometry import apply

PARTS = 20
RADIUS = 0.005
LENGTH = 2 * RADIUS * PARTS * math.sqrt(2)  # of the rope, metres


class ManipulatingRope(Task):
    """Lay the rope along the open side of the square, so that it is closed."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        color = self.get_colors()[0]
        square = self.get_random_pose(env, (LENGTH, LENGTH, 0.0))
        mark = self.fill_template("square/square-template.urdf", {"DIM": (LENGTH, LENGTH, 0.0)})
        env.add_object(mark, square, category="fixed")
        corners = [apply(square, (side * LENGTH / 2, LENGTH / 2, 0.0)) for side in (1, -1)]
        beads, targets, matches = self.make_ropes(env, corners, RADIUS, PARTS, color)
        self.add_goal(
            objs=beads,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal=f"close the square with the {color} rope",
        )
