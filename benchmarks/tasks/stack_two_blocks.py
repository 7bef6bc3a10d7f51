import numpy as np

from sim import Task
from sim.geometry import apply


class StackTwoBlocks(Task):
    """A tower of two: the red block stands on the gray stand and the blue block stands on the red one."""

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed", color="gray")
        red = env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="red")
        blue = env.add_object("stacking/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="blue")

        first = (apply(stand_pose, (0, 0, 0.0225)), stand_pose[1])
        second = (apply(stand_pose, (0, 0, 0.0625)), stand_pose[1])
        self.add_goal(objs=[red], matches=np.ones((1, 1)), targ_poses=[first], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5,
                      language_goal="put the red block on the gray stand")
        self.add_goal(objs=[blue], matches=np.ones((1, 1)), targ_poses=[second], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5,
                      language_goal="put the blue block on top of the red block")
