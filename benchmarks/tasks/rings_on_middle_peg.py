import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

RING_HEIGHT = 0.015
WIDTHS = (0.07, 0.09, 0.11)
SIZE_NAMES = ("small", "middle", "large")


class RingsOnMiddlePeg(Task):
    """Build a tower of rings on the middle peg, like the toy for toddlers: the large ring first and the small ring last."""

    pos_eps = 0.02

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.36, 0.01))
        env.add_object("hanoi/stand.urdf", stand, category="fixed")
        colors = self.get_colors()
        rings = []
        for number, width in enumerate(WIDTHS):
            free = self.get_random_pose(env, (width, width, RING_HEIGHT))
            rings.append(env.add_object(f"hanoi/disk{number}.urdf", free, color=colors[number]))
        for level, number in enumerate((2, 1, 0)):
            z = 0.005 + RING_HEIGHT * (level + 0.5)
            self.add_goal(
                objs=[rings[number]],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(stand, (0.0, 0.0, z)), stand[1])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                symmetries=[0],
                language_goal=f"put the {SIZE_NAMES[number]} {colors[number]} ring on the middle peg of the stand",
            )
