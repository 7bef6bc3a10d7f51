import numpy as np

from sim import Task
from sim.geometry import apply


class CansInRowBeforeStand(Task):
    """Three cylinders stand in a row along one side of the stand."""

    def reset(self, env):
        super().reset(env)
        stand = self.landmark(env, "stacking/stand.urdf", (0.22, 0.14, 0.005), "white")
        cans = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "cyan") for _ in range(3)]
        self.aim(cans, [(lambda p: (p[0], p[1], 0.03))(apply(stand, (0.09, y, 0))) for y in (-0.05, 0, 0.05)], "stand the three cyan cylinders in a row beside the white stand")

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
