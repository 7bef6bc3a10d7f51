import numpy as np

from sim import Task
from sim.geometry import apply


class FourSquare(Task):
    """Four cubes fill the slab as two rows of two."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "cyan")
        grid = [(apply(slab, (x, y, 0.0225)), slab[1]) for x in (-0.026, 0.026) for y in (-0.026, 0.026)]
        cubes = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "red") for _ in range(4)]
        self.aim(cubes, grid, "put the four red blocks in a grid of two by two on the cyan stand", turn=np.pi / 2)

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
