import numpy as np

from sim import Task
from sim.geometry import apply


class Viaduct(Task):
    """Three piers on the blue square carry two boards which meet on the middle pier."""

    def reset(self, env):
        super().reset(env)
        water = self.landmark(env, "zone/zone.urdf", (0.24, 0.2, 0.0), "cyan")
        piers = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "brown") for _ in range(3)]
        size = (0.085, 0.04, 0.015)
        boards = [self.lay(env, self.sized("box", *size), size, "red") for _ in range(2)]
        self.aim(piers, [(apply(water, (x, 0, 0.02)), water[1]) for x in (-0.087, 0, 0.087)], "put the three brown blocks in a row on the cyan zone", 0.5, np.pi / 2)
        self.aim(boards, [(apply(water, (x, 0, 0.0475)), water[1]) for x in (-0.0437, 0.0437)], "lay the two red boxes across the brown blocks", 0.5, np.pi)

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

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
