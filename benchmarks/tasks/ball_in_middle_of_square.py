import numpy as np

from sim import Task


class BallInMiddleOfSquare(Task):
    """Kick-off: the ball goes exactly to the middle of the square that is drawn on the table."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        size = (0.18, 0.18, 0.001)
        field = self.get_random_pose(env, size)
        env.add_object(self.fill_template("square/square-template.urdf", {"DIM": size}), field, category="fixed",
                       color="green")
        ball_size = (0.04, 0.04, 0.04)
        ball = env.add_object("ball/ball.urdf", self.get_random_pose(env, ball_size), color="white")
        (x, y, _), q = field
        self.add_goal(objs=[ball], matches=np.ones((1, 1)), targ_poses=[((x, y, 0.02), q)], replace=False,
                      rotations=True, metric="pose", params=None, step_max_reward=1.0,
                      language_goal="put the white ball in the middle of the green square")
