import numpy as np

from sim import Task
from sim.geometry import apply


class ClearThenBuild(Task):
    """Make room, then build.

    A ball occupies the stand. It has to go into the bowl. Then the two blocks are stacked where it was.
    """

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="gray")
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="blue")
        ball = env.add_object("ball/ball.urdf", apply(stand, (0, 0, 0.0225)), color="pink")
        block_pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
        low = env.add_object("block/block.urdf", block_pose, color="white")
        block_pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
        high = env.add_object("block/block.urdf", block_pose, color="purple")

        todo = [
            (ball, bowl, "put the pink ball into the blue bowl"),
            (low, (apply(stand, (0, 0, 0.0225)), stand[1]), "then put the white block on the gray stand"),
            (high, (apply(stand, (0, 0, 0.0625)), stand[1]), "and put the purple block on the white block"),
        ]
        for thing, target, sentence in todo:
            self.add_goal([thing], np.ones((1, 1)), [target], metric="pose", step_max_reward=1 / 3,
                          language_goal=sentence)
