"""A single L-shaped block on a pallet."""

import numpy as np

from sim import Task
from sim.geometry import apply


class EllOnPallet(Task):
    """Load the L-shaped block onto the pallet, in the middle and parallel to the sides of the pallet."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        pallet_pose = self.get_random_pose(env, (0.30, 0.25, 0.03))
        env.add_object("pallet/pallet.urdf", pallet_pose, category="fixed")
        ell_color = self.get_colors()[0]
        ell = env.add_object("insertion/ell.urdf", self.get_random_pose(env, (0.12, 0.12, 0.04)), color=ell_color)
        target = (apply(pallet_pose, (0.0, 0.0, 0.015 + 0.02)), pallet_pose[1])
        self.add_goal(
            objs=[ell],
            matches=np.ones((1, 1)),
            targ_poses=[target],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi / 2],
            language_goal=f"lay the {ell_color} L-shaped block in the middle of the pallet, parallel to its sides",
        )
