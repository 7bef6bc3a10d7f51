import numpy as np

from sim import Task
from sim.geometry import apply


class BlockBesideBowl(Task):
    """Put a block on the table right beside a bowl, not into it."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        block_color, bowl_color = self.get_colors()[:2]

        # Leave room next to the bowl for the block.
        bowl = self.get_random_pose(env, (0.24, 0.14, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color=bowl_color)
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04,) * 3), color=block_color)

        # 6 cm is the rim, 2 cm half a block, 1 cm between them
        beside = (apply(bowl, (0.09, 0.0, 0.02)), bowl[1])
        self.add_goal(
            objs=[block],
            matches=np.array([[1]]),
            targ_poses=[beside],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0],
            language_goal=f"set the {block_color} block down on the table, next to the {bowl_color} bowl",
        )
