import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class RedInGreen(Task):
    """Red blocks go into green bowls; one sentence for all of it."""

    def __init__(self):
        super().__init__()
        self.max_steps = 10
        self.pos_eps = 0.05
        self.lang_template = "put the red blocks in a green bowl"
        self.task_completed_desc = "done placing blocks in bowls."

    def reset(self, env):
        super().reset(env)
        bowl_poses, blocks = [], []
        for _ in range(2):
            pose = self.get_random_pose(env, (0.12, 0.12, 0))
            env.add_object("bowl/bowl.urdf", pose, "fixed", color=utils.COLORS["green"])
            bowl_poses.append(pose)
        for _ in range(2):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append((env.add_object("stacking/block.urdf", pose, color="red"), (0, None)))
        for block, pose in zip(blocks, bowl_poses):
            self.goals.append(([block], np.ones((1, 1)), [pose], False, True, "pose", None, 1 / 2))
