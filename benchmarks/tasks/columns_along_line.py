import numpy as np

from sim import Task
from sim.geometry import apply

COLUMN = (0.04, 0.04, 0.06)
LENGTH = 0.32


class ColumnsAlongLine(Task):
    """Stand four cylinders in a row along a line, as the columns of a temple."""

    pos_eps = 0.015
    max_steps = 8

    def reset(self, env):
        super().reset(env)
        line_pose = self.get_random_pose(env, (LENGTH, 0.04, 0.0))
        line = self.fill_template("line/single-green-line-template.urdf", {"DIM": (LENGTH, 0.01, 0.001)})
        env.add_object(line, line_pose, category="fixed")
        number = 4
        spacing = (LENGTH - 0.04) / (number - 1)
        columns, feet = [], []
        for i in range(number):
            columns.append(env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, COLUMN), color="yellow"))
            feet.append(apply(line_pose, ((i - (number - 1) / 2) * spacing, 0.0, COLUMN[2] / 2)))
        self.add_goal(
            objs=columns,
            matches=np.ones((number, number)),
            targ_poses=feet,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stand the four yellow cylinders in a row along the green line",
        )
