import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class ColorMatchedBowls(Task):
    """Put each block into the bowl of its own colour."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the {color} block in the {color} bowl"
        self.task_completed_desc = "done sorting blocks into bowls."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        colors = ["red", "yellow", "blue"]

        # Add the bowls.
        bowl_size = (0.12, 0.12, 0)
        bowl_poses = []
        for color in colors:
            bowl_pose = self.get_random_pose(env, bowl_size)
            env.add_object("bowl/bowl.urdf", bowl_pose, category="fixed", color=utils.COLORS[color])
            bowl_poses.append(bowl_pose)

        # Add the blocks.
        block_size = (0.04, 0.04, 0.04)
        blocks = []
        for color in colors:
            block_pose = self.get_random_pose(env, block_size)
            block_id = env.add_object("block/block.urdf", block_pose, color=utils.COLORS[color])
            blocks.append(block_id)

        # One goal for each block.
        for i in range(len(blocks)):
            self.add_goal(
                objs=[blocks[i]],
                matches=np.ones((1, 1)),
                targ_poses=[bowl_poses[i]],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1,
                symmetries=[np.pi / 2],
                language_goal=self.lang_template.format(color=colors[i]),
            )
