import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksHuddleInZone(Task):
    """Four blocks stand close together in the middle of the zone, two by two."""

    def reset(self, env):
        super().reset(env)
        zone = self.landmark(env, "zone/zone.urdf", (0.22, 0.22, 0.0), "cyan")
        blocks = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "red") for _ in range(4)]
        self.aim(blocks, [(apply(zone, (x, y, 0.02)), zone[1]) for x in (-0.024, 0.024) for y in (-0.024, 0.024)], "put the four red blocks together in a 2x2 grid in the middle of the cyan zone", turn=np.pi / 2)

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
