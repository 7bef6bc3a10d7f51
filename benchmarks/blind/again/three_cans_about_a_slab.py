import math

import numpy as np

from sim import Task
from sim.geometry import apply


class ThreeCansAboutASlab(Task):
    """A slab lies amid three cans, which stand at the tips of an even triangle."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.3, 0.3, 0.005), "blue")
        reach = 0.12
        tips = []
        for degrees in (90, 210, 330):
            angle = math.radians(degrees)
            x, y, _ = apply(slab, (reach * math.cos(angle), reach * math.sin(angle), 0.0))
            tips.append(((x, y, 0.03), (0, 0, 0, 1)))
        cans = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "brown") for _ in tips]
        self.aim(cans, tips, "stand the three brown cylinders in a triangle around the blue stand")

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
