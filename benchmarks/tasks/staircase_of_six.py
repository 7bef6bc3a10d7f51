import numpy as np

from sim import Task
from sim.geometry import apply


class StaircaseOfSix(Task):
    """Build stairs with three steps from six blocks.

    The bottom course has three blocks, the next has two, the last has one, and all courses end at the same side, so
    that the blocks rise from one side of the stand to the other like a staircase.
    """

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed")
        courses = {"green": 3, "purple": 2, "white": 1}
        sentences = [
            "make the bottom course of the stairs from the three green blocks on the stand",
            "make the second course from the two purple blocks on the green blocks",
            "put the white block on the last purple block as the highest step",
        ]
        z = 0.0225
        for (color, count), sentence in zip(courses.items(), sentences):
            objs = [
                env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
                for _ in range(count)
            ]
            xs = [0.041 - 0.041 * i for i in range(count)]
            targs = [(apply(stand_pose, (x, 0, z)), stand_pose[1]) for x in xs]
            self.add_goal(objs=objs, matches=np.ones((count, count)), targ_poses=targs, replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=count / 6,
                          language_goal=sentence)
            z += 0.04
