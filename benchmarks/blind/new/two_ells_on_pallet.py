import numpy as np

from sim import Task
from sim.geometry import apply


class TwoEllsOnPallet(Task):
    """Load two L-shaped blocks onto the pallet, one on each half."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        pallet = self.landmark(env, "pallet/pallet.urdf", (0.3, 0.25, 0.03), "brown")
        ells = [self.lay(env, "insertion/ell.urdf", (0.12, 0.12, 0.04), "red") for _ in range(2)]
        self.aim(ells, [(apply(pallet, (x, 0, 0.035)), pallet[1]) for x in (-0.07, 0.07)], "lay the two red L-shaped blocks side by side on the pallet", turn=2 * np.pi)

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
