import numpy as np

from sim import Task
from sim.geometry import apply


class Stairway(Task):
    """Two cubes side by side on the slab, a third cube on one of the two."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "purple")
        pair = [self.lay(env, "stacking/block.urdf", (0.04, 0.04, 0.04), "cyan") for _ in range(2)]
        third = self.lay(env, "stacking/block.urdf", (0.04, 0.04, 0.04), "orange")
        self.aim(pair, [(apply(slab, (0, y, 0.0225)), slab[1]) for y in (0.022, -0.022)], "put the two cyan blocks side by side on the purple stand", 0.5, np.pi / 2)
        self.aim([third], [(apply(slab, (0, 0.022, 0.0625)), slab[1])], "put the orange block on top of one of the cyan blocks", 0.5, np.pi / 2)

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
