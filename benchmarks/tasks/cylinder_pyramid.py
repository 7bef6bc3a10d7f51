import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

CAN = (0.04, 0.04, 0.05)
GAP = 0.002


class CylinderPyramid(Task):
    """Build a pyramid of three cans: two upright cylinders on the stand, a third one standing upon both."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        low_color, high_color, stand_color, *_ = self.get_colors()
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color=stand_color)
        low = [self.can(env, low_color), self.can(env, low_color)]
        high = self.can(env, high_color)

        half = (CAN[0] + GAP) / 2
        z = 0.0025 + CAN[2] / 2
        feet = [(apply(stand, (sign * half, 0.0, z)), stand[1]) for sign in (-1, 1)]
        peak = (apply(stand, (0.0, 0.0, z + CAN[2])), stand[1])
        self.add_goal(
            objs=low,
            matches=np.ones((2, 2)),
            targ_poses=feet,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=2 / 3,
            symmetries=[0, 0],
            language_goal=f"stand the two {low_color} cylinders on the {stand_color} stand, one beside the other",
        )
        self.add_goal(
            objs=[high],
            matches=np.ones((1, 1)),
            targ_poses=[peak],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1 / 3,
            symmetries=[0],
            language_goal=f"stand the {high_color} cylinder on both {low_color} cylinders",
        )

    def can(self, env: LayoutBuilder, color: str) -> int:
        filled = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": CAN})
        return env.add_object(filled, self.get_random_pose(env, CAN), color=color)
