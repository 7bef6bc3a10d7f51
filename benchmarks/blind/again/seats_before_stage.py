import math

import numpy as np

from sim import Task
from sim.geometry import apply


class SeatsBeforeStage(Task):
    """Five cubes stand in an arc of half a turn before the long wall of an open box."""

    rot_eps = math.pi

    def reset(self, env):
        super().reset(env)
        hall = self.get_random_pose(env, (0.32, 0.32, 0.0))
        env.add_object(self.sized("container", 0.14, 0.09, 0.05), (apply(hall, (0, 0, 0.025)), hall[1]), category="fixed", color="yellow")
        seats = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "blue") for _ in range(5)]
        arc = [(apply(hall, (0.12 * math.cos(a), 0.12 * math.sin(a), 0.02)), hall[1]) for a in np.linspace(0, math.pi, 5)]
        self.aim(seats, arc, "put the five blue blocks in a half circle around the yellow container", turn=np.pi / 2)

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
