import numpy as np

from sim import Task
from sim.geometry import apply


class SameColorTower(Task):
    """Make one tower of the three blocks that have the same colour.

    Two blocks of other colours are there to confuse; they are not part of the tower. As the three blocks look alike,
    nobody is told which of them comes first: the whole tower is one goal.
    """

    def reset(self, env):
        super().reset(env)
        tower_color, second, third = self.get_colors()[:3]
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, "fixed", color="white")

        def new_block(color):
            return env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)

        tower = [new_block(tower_color) for _ in range(3)]
        new_block(second)
        new_block(third)
        targets = [(apply(stand, (0, 0, 0.0225 + 0.04 * k)), stand[1]) for k in range(3)]
        self.add_goal(
            objs=tower,
            matches=np.ones((3, 3)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal=f"stack the three {tower_color} blocks on the white stand, one on top of the other",
        )
