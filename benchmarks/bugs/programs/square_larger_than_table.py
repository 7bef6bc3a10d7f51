import numpy as np

from sim import Task
from sim.geometry import apply


class BlocksOnTheCorners(Task):
    """Put one block on each corner of the square that is drawn on the table."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        side = 0.9
        square_pose = self.get_random_pose(env, (side + 0.04, side + 0.04, 0.0))
        square = self.fill_template("square/square-template.urdf", {"DIM": (side, side, 0.0)})
        env.add_object(square, square_pose, category="fixed", color="gray")

        blocks = []
        for _ in range(4):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object("block/block.urdf", pose, color="purple"))

        corners = []
        for x in (-side / 2, side / 2):
            for y in (-side / 2, side / 2):
                corners.append((apply(square_pose, (x, y, 0.02)), square_pose[1]))

        self.add_goal(
            objs=blocks,
            matches=np.ones((4, 4)),
            targ_poses=corners,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi / 2] * 4,
            language_goal="put the purple blocks on the corners of the gray square",
        )
