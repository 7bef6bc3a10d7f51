import numpy as np

from sim import Task
from sim.geometry import apply


class Skyscraper(Task):
    """Storey by storey a tower of four cubes goes up on the slab; each order names the next cube."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "gray")
        hues = ("purple", "white", "cyan", "black")
        storeys = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue) for hue in hues]
        below = ["gray stand", *(f"{hue} block" for hue in hues)]
        for level, storey in enumerate(storeys):
            spot = (apply(slab, (0.0, 0.0, 0.0025 + 0.02 + 0.04 * level)), slab[1])
            self.aim([storey], [spot], f"put the {hues[level]} block on the {below[level]}", 0.25, np.pi / 2)

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
