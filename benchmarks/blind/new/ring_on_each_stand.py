import numpy as np

from sim import Task
from sim.geometry import apply


class RingOnEachStand(Task):
    """Three rings, one onto each of the three stands."""

    def reset(self, env):
        super().reset(env)
        stands = [self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "green") for _ in range(3)]
        size = (0.07, 0.07, 0.02)
        rings = [self.lay(env, self.fill_template("kitting/object-template.urdf", {"FNAME": 16, "DIM": size}), size, "red") for _ in stands]
        self.aim(rings, [(apply(s, (0, 0, 0.0125)), s[1]) for s in stands], "lay one red ring on each of the three green stands")

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
