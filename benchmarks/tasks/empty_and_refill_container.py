"""What is in the container has to come out before something else goes in."""

import numpy as np

from sim import Task

SIZE = (0.11, 0.11, 0.05)
BALL = (0.04, 0.04, 0.04)
CAN = (0.04, 0.04, 0.06)


class EmptyAndRefillContainer(Task):
    """Take the ball out of the container and put it into the bowl; after that the cylinder goes into the container."""

    pos_eps = 0.04

    def reset(self, env):
        super().reset(env)
        container = self.get_random_pose(env, SIZE)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": SIZE}), container, "fixed", color="brown"
        )
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, "fixed", color="gray")

        (x, y, _), _ = container
        ball = env.add_object("ball/ball.urdf", ((x, y, 0.023), (0, 0, 0, 1)), color="yellow")
        can = env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, CAN), color="blue")

        common = dict(matches=np.ones((1, 1)), replace=False, rotations=True, step_max_reward=0.5, symmetries=[0])
        self.add_goal(
            objs=[ball],
            targ_poses=[bowl],
            metric="pose",
            params=None,
            language_goal="take the yellow ball out of the brown container and put it into the gray bowl",
            **common,
        )
        self.add_goal(
            objs=[can],
            targ_poses=[container],
            metric="zone",
            params=[(container, SIZE)],
            language_goal="put the blue cylinder into the brown container",
            **common,
        )
