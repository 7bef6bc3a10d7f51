import numpy as np

from sim import Task
from sim.geometry import apply


class BoardOverTwoSupports(Task):
    """Two supports are fixed to the table. A board is to rest on both."""

    def reset(self, env):
        super().reset(env)
        site = self.get_random_pose(env, (0.16, 0.06, 0.0))
        for x in (-0.045, 0.045):
            env.add_object("block/block_for_anchors.urdf", (apply(site, (x, 0, 0.02)), site[1]), category="fixed", color="blue")
        size = (0.14, 0.045, 0.02)
        board = self.lay(env, self.sized("box", *size), size, "white")
        self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "red")
        self.aim([board], [(apply(site, (0, 0, 0.05)), site[1])], "lay the white box across the two blue blocks", turn=np.pi)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
