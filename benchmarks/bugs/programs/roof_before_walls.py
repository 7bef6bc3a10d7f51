import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class SmallPyramid(Task):
    """Build a pyramid of three blocks on the stand."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "make the {layer} layer of the pyramid {where} with the {color} blocks"
        self.task_completed_desc = "done building the pyramid."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)

        # Add the stand.
        stand_size = (0.12, 0.12, 0.005)
        stand_pose = self.get_random_pose(env, stand_size)
        env.add_object("stacking/stand.urdf", stand_pose, "fixed", color=utils.COLORS["gray"])

        # Add two blue blocks and one green block.
        block_size = (0.04, 0.04, 0.04)
        block_urdf = "stacking/block.urdf"
        bottom = []
        for _ in range(2):
            pose = self.get_random_pose(env, block_size)
            bottom.append(env.add_object(block_urdf, pose, color=utils.COLORS["blue"]))
        top = env.add_object(block_urdf, self.get_random_pose(env, block_size), color=utils.COLORS["green"])

        place_pos = [(-0.021, 0, 0.0225), (0.021, 0, 0.0225), (0, 0, 0.0625)]
        targs = [(utils.apply(stand_pose, pos), stand_pose[1]) for pos in place_pos]

        # Goal: the top layer.
        self.add_goal(
            objs=[top],
            matches=np.ones((1, 1)),
            targ_poses=targs[2:],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1 / 3,
            symmetries=[np.pi / 2],
            language_goal=self.lang_template.format(layer="top", where="on the bottom layer", color="green"),
        )

        # Goal: the bottom layer.
        self.add_goal(
            objs=bottom,
            matches=np.ones((2, 2)),
            targ_poses=targs[:2],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=2 / 3,
            symmetries=[np.pi / 2] * 2,
            language_goal=self.lang_template.format(layer="bottom", where="on the gray stand", color="blue"),
        )
