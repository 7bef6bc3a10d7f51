import numpy as np

from sim import Task
from sim.geometry import apply


class LittlePyramid(Task):
    """A pair of cubes on the slab, and one more cube on the pair."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "black")
        pair = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "green") for _ in range(2)]
        tip = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "yellow")
        self.aim(pair, [(apply(slab, (0, y, 0.0225)), slab[1]) for y in (-0.021, 0.021)], "put both green blocks next to each other on the black stand", 2 / 3, np.pi / 2)
        self.aim([tip], [(apply(slab, (0, 0, 0.0625)), slab[1])], "top the two green blocks with the yellow block", 1 / 3, np.pi / 2)

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
