import numpy as np

from sim import Task
from sim.geometry import apply

PALLET = (0.30, 0.25, 0.03)
INSET = 0.03  # of a can's middle from the pallet's edges


class CansOnPalletCorners(Task):
    """Make a table turned upside down: four cylinders stand on the four corners of the pallet."""

    pos_eps = 0.02
    max_steps = 8

    def reset(self, env):
        super().reset(env)
        pallet = self.get_random_pose(env, PALLET)
        env.add_object("pallet/pallet.urdf", pallet, "fixed")
        dx, dy = PALLET[0] / 2 - INSET, PALLET[1] / 2 - INSET
        z = PALLET[2] / 2 + 0.03
        corners = [apply(pallet, p) for p in ((dx, dy, z), (dx, -dy, z), (-dx, dy, z), (-dx, -dy, z))]
        legs = [env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, 0.06)), color="red")
                for _ in corners]
        self.add_goal(
            objs=legs, matches=np.ones((4, 4)), targ_poses=corners, replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1.0,
            language_goal="stand the four red cylinders on the four corners of the pallet, one on each corner",
        )
