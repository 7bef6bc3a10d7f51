import numpy as np

from sim import Task


class RingIntoContainer(Task):
    """Store the small ring in the container. The larger ring is left on the table."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        dims = np.array([0.15, 0.15, 0.04])
        place = self.get_random_pose(env, dims)
        env.add_object(self.fill_template("container/container-template.urdf", {"DIM": tuple(dims)}), place, "fixed",
                       color="blue")
        ring = env.add_object("hanoi/disk0.urdf", self.get_random_pose(env, (0.07, 0.07, 0.015)), color="orange")
        env.add_object("hanoi/disk2.urdf", self.get_random_pose(env, (0.11, 0.11, 0.015)), color="gray")
        self.add_goal(objs=[ring], matches=np.eye(1), targ_poses=[place], replace=False, rotations=True,
                      metric="zone", params=[(place, tuple(dims))], step_max_reward=1.0, symmetries=[0],
                      language_goal="store the orange ring in the blue container")
