import numpy as np

from sim import Task
from sim.geometry import apply


class BoxesEitherSideOfLine(Task):
    """Two boxes lie parallel to a line, one on each side of it, like kerbs along a road."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        line = self.get_random_pose(env, (0.2, 0.2, 0.0))
        env.add_object(
            self.fill_template("line/line-template.urdf", {"DIM": (0.2, 0.02, 0.001)}), line, "fixed", color="yellow"
        )
        box_size = (0.1, 0.04, 0.04)
        boxes = []
        for _ in range(2):
            box = self.fill_template("box/box-template.urdf", {"DIM": box_size})
            boxes.append(env.add_object(box, self.get_random_pose(env, box_size), color="gray"))
        sides = [(apply(line, (0.0, y, 0.02)), line[1]) for y in (-0.05, 0.05)]
        self.add_goal(
            objs=boxes,
            matches=np.ones((2, 2)),
            targ_poses=sides,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi, np.pi],
            language_goal="lay the two gray boxes on either side of the yellow line, parallel to it",
        )
