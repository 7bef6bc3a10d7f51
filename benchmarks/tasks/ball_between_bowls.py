import numpy as np

from sim import Task
from sim.geometry import apply


class BallBetweenBowls(Task):
    """Lay the ball on the table, in the space between two bowls of one colour."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        gap = 0.11
        centre = self.get_random_pose(env, (gap + 0.24, 0.12, 0))
        left, right = [apply(centre, (s * (gap + 0.12) / 2, 0, 0)) for s in (-1, 1)]
        for position in (left, right):
            env.add_object("bowl/bowl.urdf", (position, centre[1]), "fixed", color="white")
        ball = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        self.add_goal(objs=[ball], matches=np.ones((1, 1)), targ_poses=[apply(centre, (0, 0, 0.02))], replace=False,
                      rotations=True, metric="pose", params=None, step_max_reward=1.0, symmetries=[0],
                      language_goal="lay the red ball on the table between the two white bowls")
