import numpy as np

from sim import Task
from sim.geometry import apply

ARM = 0.065  # metres from the one in the middle to the others
PLACES = ((0, 0), (ARM, 0), (-ARM, 0), (0, ARM), (0, -ARM))


class CrossOfCans(Task):
    """Arrange five cylinders as a plus sign on the square: one in the middle and four around it."""

    pos_eps = 0.015
    max_steps = 9

    def reset(self, env):
        super().reset(env)
        square = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object("zone/zone.urdf", square, category="fixed", color="white")
        cans, targets = [], []
        for place in PLACES:
            cans.append(
                env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, 0.06)), color="blue")
            )
            targets.append((apply(square, (*place, 0.03)), square[1]))
        self.add_goal(
            objs=cans,
            matches=np.ones((5, 5)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="arrange the five blue cylinders as a plus sign on the white square",
        )
