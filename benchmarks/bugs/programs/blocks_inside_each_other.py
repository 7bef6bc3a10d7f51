import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class BlocksOnTheLine(Task):
    """Line the three cubes up on the green line, in the order of a traffic light."""

    def __init__(self):
        super().__init__()
        self.max_steps = 6
        self.lang_template = "put the {color} block at the {place} of the green line"
        self.task_completed_desc = "done lining up."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        line_size = (0.3, 0.02, 0.001)
        line_pose = ((0.5, 0.3, 0), (0, 0, 0, 1))
        line_template = "line/single-green-line-template.urdf"
        replace = {"DIM": line_size, "HALF": (0.15, 0.01, 0.0005)}
        line_urdf = self.fill_template(line_template, replace)
        env.add_object(line_urdf, line_pose, category="fixed")

        block_size = (0.04, 0.04, 0.04)
        colors = ["red", "yellow", "cyan"]
        places = ["near end", "middle", "far end"]
        blocks = []
        for color in colors:
            block_pose = ((0.5, 0.0, 0.02), (0, 0, 0, 1))
            blocks.append(env.add_object("block/block.urdf", block_pose, color=color))

        for i, block in enumerate(blocks):
            target_pose = ((0.4 + 0.1 * i, 0.3, 0.02), (0, 0, 0, 1))
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[target_pose],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                symmetries=[np.pi / 2],
                language_goal=self.lang_template.format(color=colors[i], place=places[i]),
            )
