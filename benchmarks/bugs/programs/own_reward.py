import numpy as np

from sim import Task
from sim.geometry import apply


class PackBalls(Task):
    """Pack the two balls into the brown container."""

    max_steps = 6

    def reset(self, env):
        super().reset(env)
        container_size = (0.15, 0.12, 0.05)
        container_pose = self.get_random_pose(env, container_size)
        container_urdf = self.fill_template("container/container-template.urdf", {"DIM": container_size})
        env.add_object(container_urdf, container_pose, category="fixed", color="brown")

        ball_size = (0.04, 0.04, 0.04)
        balls = []
        targets = []
        for x in (-0.035, 0.035):
            ball_urdf = self.fill_template("ball/ball-template.urdf", {"DIM": ball_size})
            ball_pose = self.get_random_pose(env, ball_size)
            ball = env.add_object(ball_urdf, ball_pose, color="green")
            balls.append(ball)
            targets.append((apply(container_pose, (x, 0, 0)), container_pose[1]))

        self.add_goal(
            objs=balls,
            matches=np.ones((2, 2)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container_pose, container_size)],
            step_max_reward=1.0,
            language_goal="pack the green balls into the brown container",
        )

    def reward(self):
        reward, info = super().reward()
        return min(1.0, 2 * reward), info
