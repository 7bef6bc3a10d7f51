import numpy as np

from sim import Task
from sim.geometry import apply


class SquareWithCubesAtCorners(Task):
    """Mark the corners of the square with cubes, one cube per corner."""

    def reset(self, env):
        super().reset(env)
        square = self.landmark(env, "zone/zone.urdf", (0.24, 0.24, 0.0), "orange", scale=0.9)
        half = 0.09
        corners = [(apply(square, (a, b, 0.02)), square[1]) for a in (half, -half) for b in (half, -half)]
        cubes = []
        while len(cubes) < len(corners):
            cubes.append(self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "purple"))
        self.aim(cubes, corners, "place a purple block on each of the four corners of the orange zone", turn=np.pi / 2)

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
