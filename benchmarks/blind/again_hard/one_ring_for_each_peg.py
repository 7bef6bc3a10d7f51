import numpy as np

from sim import Task
from sim.geometry import apply


class OneRingForEachPeg(Task):
    """Each peg of the rack receives a single ring, no matter which."""

    def reset(self, env):
        super().reset(env)
        rack = self.landmark(env, "hanoi/stand.urdf", (0.18, 0.3, 0.01), "purple")
        rings = [self.lay(env, "hanoi/disk0.urdf", (0.09, 0.09, 0.015), "cyan") for _ in range(3)]
        self.aim(rings, [apply(rack, (0, y, 0.0175)) for y in (-0.12, 0, 0.12)], "put one cyan ring on each peg of the purple stand")

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
