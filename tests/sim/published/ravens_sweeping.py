"""Sweeping task."""

import numpy as np
from ravens.tasks import primitives
from ravens.tasks.grippers import Spatula
from ravens.tasks.task import Task
from ravens.utils import utils


class SweepAPile(Task):
    """Sweeping task."""

    def __init__(self):
        super().__init__()
        self.ee = Spatula
        self.max_steps = 20
        self.primitive = primitives.push

    def reset(self, env):
        super().reset(env)

        # Where it goes.
        zone_size = (0.12, 0.12, 0)
        zone_pose = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", zone_pose, "fixed")

        # A pile, poured into a square of 20 cm.
        obj_pts, obj_ids = {}, []
        for _ in range(50):
            rx = self.bounds[0, 0] + 0.15 + np.random.rand() * 0.2
            ry = self.bounds[1, 0] + 0.4 + np.random.rand() * 0.2
            theta = np.random.rand() * 2 * np.pi
            pose = ((rx, ry, 0.01), utils.eulerXYZ_to_quatXYZW((0, 0, theta)))
            obj_id = env.add_object("block/small.urdf", pose)
            obj_pts[obj_id] = self.get_object_points(obj_id)
            obj_ids.append((obj_id, (0, None)))

        self.goals.append(
            (obj_ids, np.ones((50, 1)), [zone_pose], True, False, "zone", (obj_pts, [(zone_pose, zone_size)]), 1)
        )
