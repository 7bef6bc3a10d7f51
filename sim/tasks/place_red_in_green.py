"""Place red blocks into green bowls, among blocks and bowls of other colours."""

import numpy as np

from sim import LayoutBuilder, Task

BOWL = (0.12, 0.12, 0.0)
BLOCK = (0.04, 0.04, 0.04)
MOST = 3  # green bowls
OTHER_BOWLS = 2
OTHER_BLOCKS = 4


class PlaceRedInGreen(Task):
    """Place each red block into a green bowl; bowls and blocks of other colours stay as they are."""

    pos_eps = 0.05  # anywhere in the bowl

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        others = [name for name in self.get_colors() if name not in ("red", "green")]
        bowl_count = int(self.rng.integers(1, MOST + 1))
        block_count = int(self.rng.integers(1, bowl_count + 1))
        bowls = []
        for _ in range(bowl_count):
            bowls.append(self.get_random_pose(env, BOWL))
            env.add_object("bowl/bowl.urdf", bowls[-1], category="fixed", color="green")
        for color in others[:OTHER_BOWLS]:
            env.add_object("bowl/bowl.urdf", self.get_random_pose(env, BOWL), category="fixed", color=color)
        blocks = [
            env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color="red")
            for _ in range(block_count)
        ]
        for color in others[:OTHER_BLOCKS]:
            env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color=color)

        self.add_goal(
            objs=blocks,
            matches=np.ones((block_count, bowl_count)),
            targ_poses=bowls,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * block_count,
            language_goal="place the red blocks in the green bowls",
        )
