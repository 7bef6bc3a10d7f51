"""Push a pile of small blocks into one of two zones."""

import numpy as np

from sim import LayoutBuilder, Task

BLOCKS = 30
SCALE = 0.6  # of the zone's own size
ZONE = (0.12, 0.12, 0.0)


class SeparatingPiles(Task):
    """Push all the small blocks into the square of the named colour; the other square is not meant."""

    primitive = "push"
    max_steps = 20

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        color, *zone_colors = self.get_colors()[:3]
        zones = []
        for zone_color in zone_colors:
            zones.append(self.get_random_pose(env, ZONE))
            env.add_object("zone/zone.urdf", zones[-1], category="fixed", color=zone_color, scale=SCALE)
        blocks = self.make_piles(env, color, BLOCKS)
        self.add_goal(
            objs=blocks,
            matches=np.ones((len(blocks), 1)),
            targ_poses=[zones[0]],
            replace=True,
            rotations=False,
            metric="zone",
            params=[(zones[0], ZONE)],
            step_max_reward=1.0,
            language_goal=f"push the pile of {color} blocks into the {zone_colors[0]} square",
        )
