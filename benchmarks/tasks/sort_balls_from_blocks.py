import numpy as np

from sim import Task
from sim.geometry import apply


class SortBallsFromBlocks(Task):
    """Sort by shape. The ball belongs into the bowl and the two blocks belong into the box."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)

        # Two places to sort into
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="white")
        box_size = (0.15, 0.10, 0.05)
        box = self.get_random_pose(env, box_size)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": box_size}), box, category="fixed",
            color="brown",
        )

        # Things of the same colour, so that only their shape tells
        color = self.get_colors()[0]
        while color in ("brown", "white"):
            color = self.get_colors()[0]
        ball = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
        cubes = []
        for _ in range(2):
            cubes.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color))

        self.add_goal(objs=[ball], matches=np.ones((1, 1)), targ_poses=[bowl], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1 / 3, symmetries=[0],
                      language_goal=f"first put the {color} ball into the white bowl")
        spots = [(apply(box, (dx, 0.0, 0.0)), box[1]) for dx in (-0.035, 0.035)]
        self.add_goal(objs=cubes, matches=np.ones((2, 2)), targ_poses=spots, replace=False, rotations=True,
                      metric="zone", params=[(box, box_size)] * 2, step_max_reward=2 / 3, symmetries=[0, 0],
                      language_goal=f"then put both {color} blocks into the brown container")
