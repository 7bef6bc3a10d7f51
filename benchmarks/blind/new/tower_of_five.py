import numpy as np

from sim import Task
from sim.geometry import apply


class TowerOfFive(Task):
    """A tower of five blocks of five colours on the stand."""

    def reset(self, env):
        super().reset(env)
        stand = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "white")
        hues = ("green", "yellow", "orange", "red", "blue")
        blocks = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue) for hue in hues]
        for level, hue in enumerate(hues):
            what = f"the {hues[level - 1]} block" if level else "the white stand"
            self.aim([blocks[level]], [(apply(stand, (0, 0, 0.0225 + 0.04 * level)), stand[1])], f"put the {hue} block on {what}", 0.2, np.pi / 2)

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
