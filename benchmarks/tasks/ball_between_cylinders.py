import numpy as np

from sim import Task
from sim.geometry import apply

POST = (0.04, 0.04, 0.06)


class BallBetweenCylinders(Task):
    """Put the ball between the goal posts, which are two cylinders that stand 16 cm apart."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        goal_line = self.get_random_pose(env, (0.20, 0.05, 0.0))
        for x in (-0.08, 0.08):
            post = (apply(goal_line, (x, 0.0, POST[2] / 2)), goal_line[1])
            env.add_object("cylinder/cylinder.urdf", post, category="fixed", color="white")
        balls = {}
        for color in ("red", "black"):
            balls[color] = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
        target = apply(goal_line, (0.0, 0.0, 0.02))
        self.add_goal(
            objs=[balls["black"]],
            matches=np.ones((1, 1)),
            targ_poses=[target],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="put the black ball between the two white cylinders",
        )
