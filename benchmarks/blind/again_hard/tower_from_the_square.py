import numpy as np

from sim import Task
from sim.geometry import apply


class TowerFromTheSquare(Task):
    """A tower of three cubes on the square, told cube by cube."""

    def reset(self, env):
        super().reset(env)
        area = self.landmark(env, "zone/zone.urdf", (0.2, 0.2, 0.0), "gray")
        told = [("white", "in the middle of the gray zone"), ("pink", "on the white block"), ("blue", "on the pink block")]
        for n, (hue, where) in enumerate(told):
            cube = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue)
            self.aim([cube], [(apply(area, (0, 0, 0.02 + n * 0.04)), area[1])], f"put the {hue} block {where}", 1 / 3, np.pi / 2)

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
