"""A block is set between two bowls."""

import numpy as np

from sim import Task
from sim.geometry import apply

BOWL_DIAMETER = 0.12
DISTANCE = 0.24  # between the two bowls' middles


class BlockBetweenBowls(Task):
    """Set the block on the table between the two bowls, halfway from one to the other."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        middle = self.get_random_pose(env, (DISTANCE + BOWL_DIAMETER, BOWL_DIAMETER, 0.0))
        for side, color in ((-1, "green"), (1, "purple")):
            place = (apply(middle, (side * DISTANCE / 2, 0.0, 0.0)), middle[1])
            env.add_object("bowl/bowl.urdf", place, category="fixed", color=color)
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="orange")
        self.add_goal(
            objs=[block],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(middle, (0.0, 0.0, 0.02)), middle[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0],
            language_goal="put the orange block between the green bowl and the purple bowl",
        )
