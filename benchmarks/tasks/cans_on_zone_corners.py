import numpy as np

from sim import Task
from sim.geometry import apply

INSET = 0.025


class CansOnZoneCorners(Task):
    """Bowling pins at the four corners of a square: one cylinder stands on each corner of the zone."""

    pos_eps = 0.02
    max_steps = 8

    def corner_places(self, zone, side):
        half = side / 2 - INSET
        for sx in (-1, 1):
            for sy in (-1, 1):
                yield apply(zone, (sx * half, sy * half, 0.03)), zone[1]

    def reset(self, env):
        super().reset(env)
        side = 0.18
        zone = self.get_random_pose(env, (side, side, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color="pink", scale=side / 0.2)
        places = list(self.corner_places(zone, side))
        pins = [
            env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, 0.06)), color="gray")
            for _ in places
        ]
        self.add_goal(
            objs=pins,
            matches=np.ones((len(pins), len(places))),
            targ_poses=places,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stand a gray cylinder on each corner of the pink zone",
        )
