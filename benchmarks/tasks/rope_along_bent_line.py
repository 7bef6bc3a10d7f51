import math

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply, multiply, yaw_quaternion

LEG = 0.14  # of each line, metres
BEND = math.radians(50)
BEADS = 20


class RopeAlongBentLine(Task):
    """Lay the rope along a road with a bend: half of it on the first line, half of it on the second."""

    pos_eps = 0.02
    max_steps = 25

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        frame = self.get_random_pose(env, (2 * LEG, 0.14, 0.0))
        strip = self.fill_template("line/line-template.urdf", {"DIM": (LEG, 0.012, 0.001)})
        legs = []
        for side in (-1, 1):
            turn = side * BEND / 2
            middle = (side * LEG / 2 * math.cos(turn), LEG / 2 * math.sin(abs(turn)) - 0.03, 0.0)
            legs.append(multiply(frame, (middle, yaw_quaternion(turn))))
            env.add_object(strip, legs[-1], category="fixed", color="green")

        beads, _, matches = self.make_ropes(env, ((0.3, 0.0, 0.0), (0.3 + 2 * LEG, 0.0, 0.0)), 0.005, BEADS, "red")
        step = 2 * LEG / BEADS
        path = [apply(leg, (step * (number + 0.5) - LEG / 2, 0.0, 0.0)) for leg in legs for number in range(BEADS // 2)]
        self.add_goal(
            objs=beads,
            matches=matches,
            targ_poses=path,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="lay the red rope along both green lines",
        )
