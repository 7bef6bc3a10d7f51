import numpy as np

from sim import Task
from sim.geometry import apply


class OneRingPerPeg(Task):
    """Every peg of the stand gets one ring. Any ring may go on any peg."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.36, 0.01))
        env.add_object("hanoi/stand.urdf", stand, category="fixed", color="brown")
        rings = []
        for asset, width in (("hanoi/disk0.urdf", 0.07), ("hanoi/disk1.urdf", 0.09), ("hanoi/disk2.urdf", 0.11)):
            rings.append(env.add_object(asset, self.get_random_pose(env, (width, width, 0.015)), color="orange"))
        pegs = [(apply(stand, (0, y, 0.0125)), stand[1]) for y in (-0.12, 0, 0.12)]
        self.add_goal(objs=rings, matches=np.ones((3, 3)), targ_poses=pegs, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1.0, symmetries=[0, 0, 0],
                      language_goal="put the three orange rings on the pegs of the brown stand, one ring on each peg")
