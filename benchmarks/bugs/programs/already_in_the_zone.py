import numpy as np

from sim import Task, colors
from sim.geometry import apply


class SortBySize(Task):
    """Bring the large blocks to the white square and the small ones to the black square."""

    max_steps = 10

    def reset(self, env):
        super().reset(env)
        zone_size = (0.2, 0.2, 0.0)
        white_zone = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", white_zone, category="fixed", color=colors["white"])
        black_zone = self.get_random_pose(env, zone_size)
        env.add_object("zone/zone.urdf", black_zone, category="fixed", color=colors["black"])

        large, small = [], []
        for _ in range(2):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            large.append(env.add_object("block/block.urdf", pose, color=colors["orange"]))
            pose = (apply(black_zone, (0.05 * len(small), 0.04, 0.01)), black_zone[1])
            small.append(env.add_object("block/small.urdf", pose, color=colors["cyan"]))

        large_targets = [(apply(white_zone, (x, 0, 0.02)), white_zone[1]) for x in (-0.05, 0.05)]
        small_targets = [(apply(black_zone, (x, 0, 0.01)), black_zone[1]) for x in (-0.05, 0.05)]
        self.add_goal(
            objs=large,
            matches=np.ones((2, 2)),
            targ_poses=large_targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(white_zone, zone_size)],
            step_max_reward=0.5,
            language_goal="bring the large orange blocks to the white square",
        )
        self.add_goal(
            objs=small,
            matches=np.ones((2, 2)),
            targ_poses=small_targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(black_zone, zone_size)],
            step_max_reward=0.5,
            language_goal="bring the small cyan blocks to the black square",
        )
