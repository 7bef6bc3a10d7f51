import numpy as np

from sim import Task
from sim.geometry import apply


class FourBlockTower(Task):
    """Stack four blocks on the stand, each on the one before."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        stand_size = (0.12, 0.12, 0.005)
        stand_pose = self.get_random_pose(env, stand_size)
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed", color="gray")

        block_size = (0.04, 0.04, 0.04)
        names = ["red", "orange", "yellow", "green"]
        blocks = []
        for name in names:
            block_pose = self.get_random_pose(env, block_size)
            blocks.append(env.add_object("block/block.urdf", block_pose, color=name))

        for i, name in enumerate(names):
            height = stand_size[2] / 2 + block_size[2] * (i + 0.5)
            target = (apply(stand_pose, (0, 0, height)), stand_pose[1])
            self.add_goal(
                objs=[blocks[i]],
                matches=np.ones((1, 1)),
                targ_poses=[target],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(names),
                symmetries=[np.pi / 2],
                language_goal=f"put the {name} block on the {below}",
            )
            below = f"{name} block"
