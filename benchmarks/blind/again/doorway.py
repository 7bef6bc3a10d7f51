import numpy as np

from sim import Task
from sim.geometry import apply


class Doorway(Task):
    """A doorway of two pillars, each two cubes high, and a beam across them."""

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "brown")
        beam_size = (0.13, 0.04, 0.02)
        beam = self.lay(env, self.sized("box", *beam_size), beam_size, "yellow")
        share = 1 / 3
        for level, hue in enumerate(("cyan", "red")):
            pair = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), hue) for _ in range(2)]
            places = [(apply(slab, (x, 0, 0.0225 + 0.04 * level)), slab[1]) for x in (-0.04, 0.04)]
            told = ("place the two cyan blocks on the brown stand with a gap between", "stack a red block on each of the cyan blocks")
            self.aim(pair, places, told[level], share, np.pi / 2)
        self.aim([beam], [(apply(slab, (0, 0, 0.0025 + 0.08 + 0.01)), slab[1])], "lay the yellow box across both red blocks", share, np.pi)

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
