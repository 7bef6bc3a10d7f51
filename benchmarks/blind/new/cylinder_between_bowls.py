import numpy as np

from sim import Task
from sim.geometry import apply


class CylinderBetweenBowls(Task):
    """Stand the cylinder on the table halfway between the two bowls."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        site = self.get_random_pose(env, (0.36, 0.12, 0.0))
        for x, hue in ((-0.12, "green"), (0.12, "purple")):
            env.add_object("bowl/bowl.urdf", (apply(site, (x, 0, 0)), site[1]), category="fixed", color=hue)
        can = self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "orange")
        self.aim([can], [apply(site, (0, 0, 0.03))], "stand the orange cylinder between the green bowl and the purple bowl")

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)
