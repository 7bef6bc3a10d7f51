import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

LENGTH = 0.28
ZONE = 0.08


class RopeBetweenZones(Task):
    """Stretch the rope in a straight line between two zones, so that it reaches from the edge of one to the edge of the other."""

    pos_eps = 0.02
    max_steps = 20

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        middle = self.get_random_pose(env, (LENGTH + 2 * ZONE, ZONE, 0.0))
        for side in (-1, 1):
            spot = (apply(middle, (side * (LENGTH + ZONE) / 2, 0.0, 0.0)), middle[1])
            env.add_object("zone/zone.urdf", spot, category="fixed", color="brown", scale=ZONE / 0.2)
        ends = [apply(middle, (side * LENGTH / 2, 0.0, 0.0)) for side in (-1, 1)]
        beads, targets, matches = self.make_ropes(env, corners=ends, color_name="yellow")
        self.add_goal(
            objs=beads,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stretch the yellow rope straight from one brown zone to the other brown zone",
        )
