"""Sweep a pile of small blocks into a zone."""

import numpy as np

from sim import LayoutBuilder, Task

BLOCKS = 30
SCALE = 0.6  # of the zone's own size
ZONE = (0.12, 0.12, 0.0)


class SweepingPiles(Task):
    """Push all the small blocks into the marked square with the spatula."""

    primitive = "push"
    max_steps = 20

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        color, zone_color = self.get_colors()[:2]
        zone = self.get_random_pose(env, ZONE)
        env.add_object("zone/zone.urdf", zone, category="fixed", color=zone_color, scale=SCALE)
        blocks = self.make_piles(env, color, BLOCKS)
        self.add_goal(
            objs=blocks,
            matches=np.ones((len(blocks), 1)),
            targ_poses=[zone],
            replace=True,
            rotations=False,
            metric="zone",
            params=[(zone, ZONE)],
            step_max_reward=1.0,
            language_goal=f"push the pile of {color} blocks into the {zone_color} square",
        )
