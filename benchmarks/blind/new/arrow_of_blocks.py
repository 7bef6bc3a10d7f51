import numpy as np

from sim import Task
from sim.geometry import apply


class ArrowOfBlocks(Task):
    """Five blocks form the letter V on the zone, like geese in the sky."""

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.2, 0.2, 0.0), "white")
        flock = [(0.06, 0.0), (0.0, 0.05), (0.0, -0.05), (-0.06, 0.08), (-0.06, -0.08)]
        geese = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "gray") for _ in flock]
        self.aim(geese, [(apply(zone, (x, y, 0.02)), zone[1]) for x, y in flock], "arrange the five gray blocks in the shape of a V on the white zone", turn=np.pi / 2)

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
