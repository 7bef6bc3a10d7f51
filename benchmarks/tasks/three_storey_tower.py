import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

CUBE = 0.04
STAND = (0.12, 0.12, 0.005)


class ThreeStoreyTower(Task):
    """Three cubes of different colours become one tower on the stand. Which colour goes where is drawn anew each time."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        base = self.get_random_pose(env, STAND)
        env.add_object("stacking/stand.urdf", base, category="fixed")
        palette = self.get_colors()[:3]
        below = "stand"
        for storey, color in enumerate(palette):
            cube = env.add_object("block/block.urdf", self.get_random_pose(env, (CUBE, CUBE, CUBE)), color=color)
            height = STAND[2] / 2 + CUBE * (storey + 0.5)
            self.add_goal(
                objs=[cube],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(base, (0.0, 0.0, height)), base[1])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                language_goal=f"stack the {color} block on the {below}",
            )
            below = f"{color} block"
