import itertools

import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksOnZoneCorners(Task):
    """Put one block on each of the four corners of the square zone."""

    def reset(self, env):
        super().reset(env)
        zone = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color="cyan")
        corners = [
            (apply(zone, (x, y, 0.02)), zone[1]) for x, y in itertools.product((-0.08, 0.08), repeat=2)
        ]
        blocks = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
            for _ in corners
        ]
        self.add_goal(
            objs=blocks,
            matches=np.ones((4, 4)),
            targ_poses=corners,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="put the four red blocks on the four corners of the cyan zone, one on each",
        )
