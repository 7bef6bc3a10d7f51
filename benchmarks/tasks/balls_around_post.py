import numpy as np

from sim import Task
from sim.geometry import apply


class BallsAroundPost(Task):
    """Four balls are arranged in a circle around a post (an upright cylinder)."""

    max_steps = 8
    pos_eps = 0.02
    radius = 0.07
    n_balls = 4

    def reset(self, env):
        super().reset(env)
        width = 2 * self.radius + 0.05
        post = self.get_random_pose(env, (width, width, 0.06))
        env.add_object("cylinder/cylinder.urdf", post, category="fixed", color="blue")
        balls = []
        targets = []
        for n in range(self.n_balls):
            ball_pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            balls.append(env.add_object("ball/ball.urdf", ball_pose, color="orange"))
            phi = n * 2 * np.pi / self.n_balls
            x, y, _ = apply(post, (self.radius * np.cos(phi), self.radius * np.sin(phi), 0))
            targets.append(((x, y, 0.02), (0, 0, 0, 1)))
        self.add_goal(objs=balls, matches=np.ones((self.n_balls, self.n_balls)), targ_poses=targets, replace=False,
                      rotations=True, metric="pose", params=None, step_max_reward=1.0, symmetries=[0] * self.n_balls,
                      language_goal="arrange the orange balls in a circle around the blue cylinder")
