import numpy as np

from sim import Task


class BallsInOneContainer(Task):
    """Collect all four balls in the container."""

    pos_eps = 0.02
    max_steps = 8

    def reset(self, env):
        super().reset(env)
        size = (0.16, 0.16, 0.05)
        pose = self.get_random_pose(env, size)
        env.add_object(self.fill_template("container/container-template.urdf", {"DIM": size}), pose, "fixed",
                       color="gray")
        colors = ["red", "red", "blue", "green"]
        balls = [env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=c)
                 for c in colors]
        x, y, _ = pose[0]
        cells = []
        for dx in (-0.035, 0.035):
            for dy in (-0.035, 0.035):
                cells.append(self.shifted(pose, dx, dy))
        self.add_goal(objs=balls, matches=np.ones((4, 4)), targ_poses=cells, replace=False, rotations=True,
                      metric="zone", params=[(pose, size)] * 4, step_max_reward=1.0, symmetries=[0] * 4,
                      language_goal="collect all the balls in the gray container")

    def shifted(self, pose, dx, dy):
        from sim.geometry import apply

        return apply(pose, (dx, dy, 0.0)), pose[1]
