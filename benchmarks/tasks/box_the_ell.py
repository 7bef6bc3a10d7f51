"""An L-shaped block goes into a box that is just larger than it is."""

import numpy as np

from sim import Task


class BoxTheEll(Task):
    """Lay the L-shaped block in the container."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        size = (0.18, 0.18, 0.05)
        container = self.get_random_pose(env, size)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": size}), container, "fixed", color="cyan"
        )
        ell = env.add_object("insertion/ell.urdf", self.get_random_pose(env, (0.12, 0.12, 0.04)), color="red")
        self.add_goal(
            objs=[ell],
            matches=np.ones((1, 1)),
            targ_poses=[container],
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container, size)],
            step_max_reward=1.0,
            language_goal="lay the red L-shaped block in the cyan container",
        )
