import itertools

import numpy as np

from sim import Task
from sim.geometry import apply

CAN = (0.05, 0.05, 0.05)
PITCH = 0.055


class CansOnPallet(Task):
    """Load a pallet with cans in two layers, four cans in each; every can of the upper layer stands on one below."""

    max_steps = 12

    def reset(self, env):
        super().reset(env)
        pallet = self.get_random_pose(env, (0.3, 0.25, 0.03))
        env.add_object("pallet/pallet.urdf", pallet, category="fixed", color="brown")
        layers = [("red", "on the pallet"), ("white", "on the red cylinders")]
        for number, (color, where) in enumerate(layers):
            cans, spots = [], []
            for row, column in itertools.product((-1, 1), repeat=2):
                can = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": CAN})
                cans.append(env.add_object(can, self.get_random_pose(env, CAN), color=color))
                height = 0.015 + CAN[2] * (number + 0.5)
                spots.append((apply(pallet, (row * PITCH / 2, column * PITCH / 2, height)), pallet[1]))
            self.add_goal(
                objs=cans, matches=np.ones((4, 4)), targ_poses=spots, replace=False, rotations=True, metric="pose",
                params=None, step_max_reward=0.5, symmetries=[0] * 4,
                language_goal=f"stand the four {color} cylinders {where}",
            )
