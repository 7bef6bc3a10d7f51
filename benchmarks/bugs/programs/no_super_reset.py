import numpy as np

from sim import Task
from sim.geometry import apply


class SortIntoSquares(Task):
    """Bring the red blocks to the red square and the blue blocks to the blue square."""

    max_steps = 8

    def reset(self, env):
        zone_size = (0.2, 0.2, 0)
        block_size = (0.04, 0.04, 0.04)
        zones = {}
        for color in ("red", "blue"):
            zones[color] = self.get_random_pose(env, zone_size)
            env.add_object("zone/zone.urdf", zones[color], category="fixed", color=color)

        blocks = {"red": [], "blue": []}
        for color in blocks:
            for _ in range(2):
                pose = self.get_random_pose(env, block_size)
                blocks[color].append(env.add_object("block/block.urdf", pose, color=color))

        for color in blocks:
            places = [(apply(zones[color], (x, 0, 0.02)), zones[color][1]) for x in (-0.05, 0.05)]
            self.add_goal(
                objs=blocks[color],
                matches=np.ones((2, 2)),
                targ_poses=places,
                replace=False,
                rotations=True,
                metric="zone",
                params=[(zones[color], zone_size)],
                step_max_reward=0.5,
                language_goal=f"bring the {color} blocks to the {color} square",
            )
