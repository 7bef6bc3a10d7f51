import numpy as np

from sim import Task
from sim.geometry import apply


class MedalStand(Task):
    """Three cubes side by side on the slab; the winner cube is put on the middle one."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.13, 0.13, 0.005), "pink")
        base = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "gray") for _ in range(3)]
        winner = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "yellow")
        self.aim(base, [(apply(slab, (x, 0, 0.0225)), slab[1]) for x in (-0.042, 0, 0.042)], "line up the three gray blocks on the pink stand", 0.7, np.pi / 2)
        self.aim([winner], [(apply(slab, (0, 0, 0.0625)), slab[1])], "put the yellow block on the middle one of the gray blocks", 0.3, np.pi / 2)

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
