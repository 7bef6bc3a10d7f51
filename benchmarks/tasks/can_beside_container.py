import numpy as np

from sim import Task
from sim.geometry import apply

BIN = (0.12, 0.12, 0.05)


class CanBesideContainer(Task):
    """Put the can down outside, right next to the container."""

    def reset(self, env):
        super().reset(env)
        bin_pose = self.get_random_pose(env, (0.26, 0.13, 0.05))
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": BIN}), bin_pose, "fixed", color="green"
        )
        can_size = (0.04, 0.04, 0.06)
        can = env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, can_size), color="red")
        goal_xyz = list(apply(bin_pose, (0.09, 0.0, 0.0)))
        goal_xyz[2] = 0.03
        self.add_goal(
            objs=[can],
            matches=np.ones((1, 1)),
            targ_poses=[(tuple(goal_xyz), (0, 0, 0, 1))],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0],
            language_goal="put the red cylinder beside the green container",
        )
