import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksRowOnSideOfZone(Task):
    """Three blocks line one side of the square, from corner to corner."""

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.22, 0.22, 0.0), "yellow")
        blocks = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "black") for _ in range(3)]
        self.aim(blocks, [(apply(zone, (0.075, y, 0.02)), zone[1]) for y in (-0.07, 0, 0.07)], "lay the three black blocks along one side of the yellow zone", turn=np.pi / 2)

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
