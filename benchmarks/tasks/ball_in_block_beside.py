import numpy as np

from sim import Task
from sim.geometry import apply


class BallInBlockBeside(Task):
    """Two steps around one bowl: the ball goes into it, then the block comes to stand beside it."""

    pos_eps = 0.02
    max_steps = 5

    def reset(self, env):
        super().reset(env)
        self.bowl = self.get_random_pose(env, (0.24, 0.14, 0.0))
        env.add_object("bowl/bowl.urdf", self.bowl, category="fixed", color="white")
        ball = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="blue")
        self.one_step(ball, self.bowl, "put the red ball into the white bowl")
        beside = (apply(self.bowl, (0.09, 0.0, 0.02)), self.bowl[1])
        self.one_step(block, beside, "put the blue block beside the white bowl")

    def one_step(self, thing, pose, words):
        self.add_goal(objs=[thing], matches=np.ones((1, 1)), targ_poses=[pose], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5, symmetries=[0], language_goal=words)
