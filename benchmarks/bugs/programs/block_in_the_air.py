import numpy as np

from sim import Task
from sim.geometry import apply


class OnTheLandmark(Task):
    """Put the white block on the fixed brown block and the pink cylinder on the white block."""

    max_steps = 4

    def reset(self, env):
        super().reset(env)
        block_size = (0.04, 0.04, 0.04)
        anchor_pose = self.get_random_pose(env, block_size)
        env.add_object("block/block_for_anchors.urdf", anchor_pose, category="fixed", color="brown")

        block_pose = ((0.4, -0.3, 0.25), (0, 0, 0, 1))
        block = env.add_object("block/block.urdf", block_pose, color="white")

        cylinder_size = (0.04, 0.04, 0.03)
        cylinder_urdf = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": cylinder_size})
        cylinder_pose = self.get_random_pose(env, cylinder_size)
        cylinder = env.add_object(cylinder_urdf, cylinder_pose, color="pink")

        self.add_goal(
            objs=[block],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(anchor_pose, (0, 0, 0.04)), anchor_pose[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[np.pi / 2],
            language_goal="put the white block on the brown block",
        )
        self.add_goal(
            objs=[cylinder],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(anchor_pose, (0, 0, 0.075)), anchor_pose[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[0],
            language_goal="put the pink cylinder on the white block",
        )
