import numpy as np

from sim import Task
from sim.geometry import apply


class CanOnBlock(Task):
    """A tower of two: a block on the stand and a cylinder upon the block."""

    def reset(self, env):
        super().reset(env)
        stand = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "gray")
        block = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "red")
        can = self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "blue")
        self.aim([block], [(apply(stand, (0, 0, 0.0225)), stand[1])], "put the red block on the gray stand", 0.5, np.pi / 2)
        self.aim([can], [apply(stand, (0, 0, 0.0725))], "put the blue cylinder on top of the red block", 0.5)

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
