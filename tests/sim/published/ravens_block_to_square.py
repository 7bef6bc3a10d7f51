"""Moving task."""

import numpy as np
from ravens.tasks.task import Task
from ravens.utils import utils


class BlockToSquare(Task):
    """Moving task."""

    def __init__(self):
        super().__init__()
        self.max_steps = 3

    def reset(self, env):
        super().reset(env)

        # Add the place where it goes.
        stand_size = (0.12, 0.12, 0.005)
        stand_pose = self.get_random_pose(env, stand_size)
        env.add_object("stacking/stand.urdf", stand_pose, "fixed")

        # Add block.
        block_size = (0.04, 0.04, 0.04)
        block_pose = self.get_random_pose(env, block_size)
        block_id = env.add_object("stacking/block.urdf", block_pose)

        # Goal: the block is in the middle of the stand.
        theta = utils.quatXYZW_to_eulerXYZ(stand_pose[1])[2]
        middle = (utils.apply(stand_pose, (0, 0, 0.0225)), utils.eulerXYZ_to_quatXYZW((0, 0, theta)))
        self.goals.append(([(block_id, (np.pi / 2, None))], np.int32([[1]]), [middle], False, True, "pose", None, 1))
