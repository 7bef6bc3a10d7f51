import numpy as np

from sim import Task
from sim.geometry import apply


class CubeBesideBowlAnySide(Task):
    """The cube goes next to the bowl, on whichever side."""

    def reset(self, env):
        super().reset(env)
        bowl = self.landmark(env, "bowl/bowl.urdf", (0.26, 0.26, 0.0), "gray")
        cube = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "green")
        sides = [(apply(bowl, (x, y, 0.02)), bowl[1]) for x, y in ((0.095, 0), (-0.095, 0), (0, 0.095), (0, -0.095))]
        self.aim([cube], sides, "put the green block on the table next to the gray bowl", turn=np.pi / 2)

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
