import numpy as np

from sim import Task
from sim.geometry import apply


class CloseSquareWithBoxes(Task):
    """One side of the drawn square is open. Close it with a fence of three boxes, laid end to end."""

    def reset(self, env):
        super().reset(env)
        side = 0.2
        square = self.get_random_pose(env, (side, side + 0.03, 0.0))
        outline = self.fill_template("square/square-template.urdf", {"DIM": (side, side, 0.001)})
        env.add_object(outline, square, category="fixed", color="blue")
        piece = (0.062, 0.02, 0.03)
        fence = []
        for _ in range(3):
            box = self.fill_template("box/box-template.urdf", {"DIM": piece})
            fence.append(env.add_object(box, self.get_random_pose(env, piece), color="orange"))
        spots = [(apply(square, (x, side / 2, 0.015)), square[1]) for x in (-0.066, 0, 0.066)]
        self.add_goal(objs=fence, matches=np.ones((3, 3)), targ_poses=spots, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1.0, symmetries=[np.pi] * 3,
                      language_goal="close the blue square with the three orange boxes")
