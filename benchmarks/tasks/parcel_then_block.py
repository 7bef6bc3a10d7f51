import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

CRATE = (0.13, 0.11, 0.05)
PARCEL = (0.08, 0.06, 0.04)


class ParcelThenBlock(Task):
    """Pack the flat box into the container, then put the block on the box. The order matters: the box lies below."""

    pos_eps = 0.015

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        crate_color, parcel_color, block_color = self.get_colors()[:3]
        crate = self.get_random_pose(env, CRATE)
        crate_asset = self.fill_template("container/container-template.urdf", {"DIM": CRATE})
        env.add_object(crate_asset, crate, category="fixed", color=crate_color)
        parcel = env.add_object("box/box.urdf", self.get_random_pose(env, PARCEL), color=parcel_color)
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=block_color)
        floor = 0.003 - CRATE[2] / 2
        parcel_pose = (apply(crate, (0.0, 0.0, floor + PARCEL[2] / 2)), crate[1])
        block_pose = (apply(crate, (0.0, 0.0, floor + PARCEL[2] + 0.02)), crate[1])
        self.add_goal([parcel], np.ones((1, 1)), [parcel_pose], step_max_reward=0.5,
                      language_goal=f"pack the {parcel_color} box into the {crate_color} container")
        self.add_goal([block], np.ones((1, 1)), [block_pose], step_max_reward=0.5,
                      language_goal=f"stack the {block_color} block on the {parcel_color} box")
