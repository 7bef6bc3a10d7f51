"""Stack in a given order."""

import random

import numpy as np
from cliport.tasks import primitives
from cliport.tasks.task import Task
from cliport.utils import utils


class StackInOrder(Task):
    """Stack blocks of named colours in a given order."""

    def __init__(self):
        super().__init__()
        self.max_steps = 12
        self.primitive = primitives.PickPlace(speed=0.01)
        self.lang_template = "put the {pick} block on {place}"
        self.task_completed_desc = "done stacking."

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, "fixed")
        names = random.sample(list(utils.TRAIN_COLORS), 3)
        blocks = []
        for name in names:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object("stacking/block.urdf", pose, color=utils.COLORS[name]))
        places = ["the stand"] + [f"the {name} block" for name in names]
        for i, block in enumerate(blocks):
            target = (utils.apply(stand_pose, (0, 0, 0.0225 + 0.04 * i)), stand_pose[1])
            self.goals.append(([(block, (np.pi / 2, None))], [[1]], [target], False, True, "pose", None, 1 / 3))
            self.lang_goals.append(self.lang_template.format(pick=names[i], place=places[i]))
