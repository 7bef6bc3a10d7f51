"""Lay a rope along a line."""

import math

from sim import LayoutBuilder, Task
from sim.geometry import apply

PARTS = 20
RADIUS = 0.005
LENGTH = 2 * RADIUS * PARTS * math.sqrt(2)  # of the rope, metres
WIDTH = 0.015  # of the lines


class AlignRope(Task):
    """Lay the rope along the line of the named colour; the other line is not meant."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        color, *line_colors = self.get_colors()[:3]
        lines = []
        for line_color in line_colors:
            lines.append(self.get_random_pose(env, (LENGTH, WIDTH, 0.0)))
            mark = self.fill_template("line/line-template.urdf", {"DIM": (LENGTH, WIDTH, 0.0)})
            env.add_object(mark, lines[-1], category="fixed", color=line_color)
        corners = [apply(lines[0], (side * LENGTH / 2, 0.0, 0.0)) for side in (1, -1)]
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
            language_goal=f"align the {color} rope with the {line_colors[0]} line",
        )
