import math

import numpy as np

from sim import Task
from sim.geometry import apply


class CrossedBoxes(Task):
    """Two long boxes make a cross in two layers: one lies on the zone, the other one lies across it."""

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.2, 0.2, 0.0), "yellow")
        size = (0.12, 0.03, 0.03)
        first = self.lay(env, self.sized("box", *size), size, "red")
        second = self.lay(env, self.sized("box", *size), size, "blue")
        crossed = self.turned(zone[1], (0, 0, math.sin(math.pi / 4), math.cos(math.pi / 4)))
        self.aim([first], [(apply(zone, (0, 0, 0.015)), zone[1])], "lay the red box in the middle of the yellow zone", 0.5, np.pi)
        self.aim([second], [(apply(zone, (0, 0, 0.045)), crossed)], "lay the blue box crosswise on the red box", 0.5, np.pi)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})

    def turned(self, first, second):
        """The product of two turns about the upright axis."""
        angle = 2 * (math.atan2(first[2], first[3]) + math.atan2(second[2], second[3]))
        return (0.0, 0.0, math.sin(angle / 2), math.cos(angle / 2))
