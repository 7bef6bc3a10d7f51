import numpy as np

from sim import Task
from sim.geometry import apply


class CubeOnCube(Task):
    """One cube onto the slab, another one onto the first."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "green")
        low = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "white")
        high = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "black")
        self.lay(env, "bowl/bowl.urdf", (0.12, 0.12, 0.0), "yellow", category="fixed")
        self.aim([low], [(apply(slab, (0, 0, 0.0225)), slab[1])], "set the white block on the green stand", 0.5, np.pi / 2)
        self.aim([high], [(apply(slab, (0, 0, 0.0625)), slab[1])], "set the black block on the white block", 0.5, np.pi / 2)

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
