import numpy as np

from sim import Task
from sim.geometry import apply

BLOCK = (0.04, 0.04, 0.04)


class TwoStepStairs(Task):
    """Make a step: two blocks lie next to each other on the stand and the third block is put on one of them only."""

    def reset(self, env):
        super().reset(env)
        below, above, stand_color = self.get_colors()[:3]
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color=stand_color)
        lower = [env.add_object("stacking/block.urdf", self.get_random_pose(env, BLOCK), color=below) for _ in "ab"]
        upper = env.add_object("stacking/block.urdf", self.get_random_pose(env, BLOCK), color=above)
        near, far = (-0.0205, 0.0, 0.0225), (0.0205, 0.0, 0.0225)
        self.add_goal(
            objs=lower,
            matches=np.ones((2, 2)),
            targ_poses=[(apply(stand, near), stand[1]), (apply(stand, far), stand[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.6,
            language_goal=f"place the two {below} blocks next to each other on the {stand_color} stand",
        )
        high = [(apply(stand, (x, y, z + 0.04)), stand[1]) for x, y, z in (near, far)]
        self.add_goal(
            objs=[upper],
            matches=np.ones((1, 2)),
            targ_poses=high,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.4,
            language_goal=f"place the {above} block on one of the {below} blocks to make a step",
        )
