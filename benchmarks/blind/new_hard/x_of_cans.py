import numpy as np

from sim import Task
from sim.geometry import apply


class XOfCans(Task):
    """Five cylinders make the letter X on the square."""

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.2, 0.2, 0.0), "white")
        spots = [(0, 0), (0.06, 0.06), (0.06, -0.06), (-0.06, 0.06), (-0.06, -0.06)]
        cans = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "blue") for _ in spots]
        self.aim(cans, [apply(zone, (x, y, 0.03)) for x, y in spots], "arrange the five blue cylinders as an X on the white square")

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
