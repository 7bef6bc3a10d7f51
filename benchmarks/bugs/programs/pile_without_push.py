import numpy as np

from sim import Task


class SweepThePile(Task):
    """Push the pile of small blocks into the green square."""

    max_steps = 20

    def reset(self, env):
        super().reset(env)
        zone_size = (0.2, 0.2, 0)
        zone_pose = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", zone_pose, category="fixed", color="green")

        blocks = self.make_piles(env, block_color="red")

        self.add_goal(
            objs=blocks,
            matches=np.ones((50, 1)),
            targ_poses=[zone_pose],
            replace=True,
            rotations=False,
            metric="zone",
            params=[(zone_pose, zone_size)],
            step_max_reward=1.0,
            language_goal="push the pile of red blocks into the green square",
        )
