import numpy as np

from sim import Task
from sim.geometry import apply

N = 3


class DiagonalOfZone(Task):
    """Lay three blocks along the diagonal of the square zone, from corner to corner."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        zone = self.get_random_pose(env, (0.2, 0.2, 0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color="yellow")
        steps = np.linspace(-0.075, 0.075, N)
        targets = [(apply(zone, (float(s), float(s), 0.02)), zone[1]) for s in steps]
        blocks = []
        for i in range(N):
            blocks += [env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="black")]
        self.add_goal(objs=blocks, matches=np.ones((N, N)), targ_poses=targets, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1.0, symmetries=[0] * N,
                      language_goal="lay the three black blocks on the diagonal of the yellow zone, from corner to corner")
