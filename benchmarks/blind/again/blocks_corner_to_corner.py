import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksCornerToCorner(Task):
    """Three cubes cross the square slantwise: corner, centre, opposite corner."""

    def reset(self, env):
        super().reset(env)
        area = self.landmark(env, "zone/zone.urdf", (0.22, 0.22, 0.0), "blue", scale=0.95)
        spots = [(apply(area, (s, s, 0.02)), area[1]) for s in (-0.065, 0.0, 0.065)]
        cubes = []
        for _ in spots:
            cubes.append(self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "orange"))
        self.aim(cubes, spots, "put the three orange blocks along the diagonal of the blue zone", turn=np.pi / 2)

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
