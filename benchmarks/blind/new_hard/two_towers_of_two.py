import numpy as np

from sim import Task
from sim.geometry import apply


class TwoTowersOfTwo(Task):
    """Four blocks: two of them on the stand, apart; then one more on each."""

    def reset(self, env):
        super().reset(env)
        stand = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "white")
        for level, hue in enumerate(("yellow", "blue")):
            pair = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue) for _ in range(2)]
            told = ("put the two yellow blocks on the white stand, apart from each other", "put one blue block on each yellow block")[level]
            self.aim(pair, [(apply(stand, (x, 0, 0.0225 + 0.04 * level)), stand[1]) for x in (-0.04, 0.04)], told, 0.5, np.pi / 2)

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
