import numpy as np

from sim import Task
from sim.geometry import apply


class PyramidOfThree(Task):
    """Build a small pyramid: two blue blocks next to each other on the stand and one red block on both of them."""

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed")
        blue = [
            env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="blue")
            for _ in range(2)
        ]
        red = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        left, right, top = [
            (apply(stand, offset), stand[1])
            for offset in ((-0.0205, 0, 0.0225), (0.0205, 0, 0.0225), (0, 0, 0.0625))
        ]
        self.add_goal(blue, np.ones((2, 2)), [left, right], step_max_reward=2 / 3,
                      language_goal="put the two blue blocks side by side on the stand")
        self.add_goal([red], np.ones((1, 1)), [top], step_max_reward=1 / 3,
                      language_goal="put the red block on top of the two blue blocks")
