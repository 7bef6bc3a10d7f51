import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class BuildWall(Task):
    """Build a wall, two blocks long and two high, on the pallet."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "put the {color} blocks {where}"
        self.task_completed_desc = "done building the wall."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        pallet_size = (0.3, 0.25, 0.03)
        pallet_pose = self.get_random_pose(env, pallet_size)
        env.add_object("pallet/pallet.urdf", pallet_pose, "fixed", color=utils.COLORS["brown"])

        block_size = (0.04, 0.04, 0.04)
        layers = [("yellow", "on the blue blocks", 0.075), ("blue", "on the brown pallet", 0.035)]
        for color, where, height in layers:
            blocks, targets = [], []
            for x in (-0.022, 0.022):
                block_pose = self.get_random_pose(env, block_size)
                block_id = env.add_object("block/block.urdf", block_pose, color=utils.COLORS[color])
                blocks.append(block_id)
                targets.append((utils.apply(pallet_pose, (x, 0, height)), pallet_pose[1]))
            self.add_goal(
                objs=blocks,
                matches=np.ones((2, 2)),
                targ_poses=targets,
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(layers),
                symmetries=[np.pi / 2] * 2,
                language_goal=self.lang_template.format(color=color, where=where),
            )
