import numpy as np

from sim import Task
from sim.geometry import apply


class CanOnTwoCans(Task):
    """Two tins stand on the slab, touching almost, and carry a third one."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "purple")
        tall = 0.06
        lower = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, tall), "yellow") for _ in "ab"]
        upper = self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, tall), "green")
        floor = 0.0025
        self.aim(lower, [apply(slab, (0.0, y, floor + tall / 2)) for y in (-0.022, 0.022)],
                 "put the two yellow cylinders side by side on the purple stand", 0.5)
        self.aim([upper], [apply(slab, (0.0, 0.0, floor + tall * 1.5))], "put the green cylinder on top of both yellow cylinders", 0.5)

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
