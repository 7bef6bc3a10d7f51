import numpy as np

from sim import Task
from sim.geometry import apply


class StandingDominoes(Task):
    """Stand four boxes on the line, one behind the other."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        line_size = (0.3, 0.02, 0.0)
        line_pose = self.get_random_pose(env, (0.34, 0.1, 0.0))
        line = self.fill_template("line/line-template.urdf", {"DIM": line_size})
        env.add_object(line, line_pose, category="fixed", color="black")

        box_size = (0.03, 0.06, 0.05)
        box = self.fill_template("box/box-template.urdf", {"DIM": box_size})
        dominoes = []
        for _ in range(4):
            dominoes.append(env.add_object(box, self.get_random_pose(env, box_size), color="orange"))

        targets = []
        for i in range(4):
            place = apply(line_pose, (-0.12 + 0.08 * i, 0, box_size[2] / 2))
            targets.append((place, line_pose["orientation"]))

        self.add_goal(
            objs=dominoes,
            matches=np.ones((4, 4)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi] * 4,
            language_goal="stand the orange boxes on the black line",
        )
