import numpy as np

from sim import Task


class DropBallInBowl(Task):
    """Place the ball in the bowl."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        ball_color, bowl_color = self.get_colors()[:2]
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color=bowl_color)
        ball = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=ball_color)
        self.add_goal(
            objs=[ball], matches=np.ones((1, 1)), targ_poses=[bowl], replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1, symmetries=[0],
            language_goal=f"place the {ball_color} ball in the {bowl_color} bowl",
        )
