import math

import numpy as np

from sim import Task
from sim.geometry import apply


class CansInTriangleAroundStand(Task):
    """Three cylinders stand on the table like the corners of a triangle with the stand in its middle."""

    pos_eps = 0.02

    def far_from(self, env, stand):
        """A free place for a can that is well outside of the triangle."""
        while True:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.06))
            if math.dist(pose[0][:2], stand[0][:2]) > 0.19:
                return pose

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.3, 0.3, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="white")
        corners = []
        for degrees in (0, 120, 240):
            a = math.radians(degrees)
            x, y, _ = apply(stand, (0.13 * math.cos(a), 0.13 * math.sin(a), 0.0))
            corners.append((x, y, 0.03))
        cans = []
        for _ in corners:
            cans.append(env.add_object("cylinder/cylinder.urdf", self.far_from(env, stand), color="cyan"))
        self.add_goal(
            objs=cans,
            matches=np.ones((3, 3)),
            targ_poses=corners,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="put the three cyan cylinders around the white stand so that they make a triangle",
        )
