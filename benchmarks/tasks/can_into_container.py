import numpy as np

from sim import Task


class CanIntoContainer(Task):
    """Drop the can that is asked for into the bin; one other can stays."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        bin_size = (0.1, 0.1, 0.06)
        bin_pose = self.get_random_pose(env, bin_size)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": bin_size}),
            bin_pose,
            category="fixed",
            color="purple",
        )
        wanted = env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, 0.06)), color="white")
        env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, 0.06)), color="gray")
        self.add_goal(
            objs=[wanted],
            matches=np.ones((1, 1)),
            targ_poses=[bin_pose],
            replace=False,
            rotations=True,
            metric="zone",
            params=[(bin_pose, bin_size)],
            step_max_reward=1.0,
            language_goal="put the white cylinder in the purple container",
        )
