"""Put every block of one colour into the bowls of another."""

import numpy as np

from sim import LayoutBuilder, Task

BOWL = (0.12, 0.12, 0.0)
BLOCK = (0.04, 0.04, 0.04)
DISTRACTORS = 3


class PutBlockInBowl(Task):
    """Put every block of one colour into the bowls of another; things of other colours stay where they are."""

    pos_eps = 0.05  # anywhere in the bowl

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        block_color, bowl_color, *others = self.get_colors()
        count = int(self.rng.integers(1, 4))
        bowls = []
        for _ in range(count):
            bowls.append(self.get_random_pose(env, BOWL))
            env.add_object("bowl/bowl.urdf", bowls[-1], category="fixed", color=bowl_color)
        blocks = [
            env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color=block_color)
            for _ in range(count)
        ]
        for index in range(DISTRACTORS):
            color = others[index % len(others)]
            env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color=color)

        self.add_goal(
            objs=blocks,
            matches=np.ones((count, count)),
            targ_poses=bowls,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * count,
            language_goal=f"put the {block_color} blocks in the {bowl_color} bowls",
        )
