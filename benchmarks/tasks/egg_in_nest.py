import numpy as np

from sim import Task
from sim.geometry import apply


class EggInNest(Task):
    """Lay the ring on the stand as a nest and put the ball, the egg, into its hole."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        tree = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", tree, category="fixed", color="green")
        nest = env.add_object("hanoi/disk1.urdf", self.get_random_pose(env, (0.09, 0.09, 0.015)), color="brown")
        egg = env.add_object("ball/ball.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="white")
        self.add_goal(objs=[nest], matches=np.ones((1, 1)), targ_poses=[apply(tree, (0, 0, 0.01))], replace=False,
                      rotations=True, metric="pose", params=None, step_max_reward=0.5, symmetries=[0],
                      language_goal="lay the brown ring on the green stand")
        self.add_goal(objs=[egg], matches=np.ones((1, 1)), targ_poses=[apply(tree, (0, 0, 0.0295))], replace=False,
                      rotations=True, metric="pose", params=None, step_max_reward=0.5, symmetries=[0],
                      language_goal="put the white ball on the brown ring")
