"""Build a pyramid of six blocks on a stand."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

BLOCK = (0.04, 0.04, 0.04)
STAND = (0.12, 0.12, 0.005)
SPACING = 0.041  # between the middles of neighbours
LAYERS = (  # for each layer the places of its blocks along the stand, in spacings
    (-1.0, 0.0, 1.0),
    (-0.5, 0.5),
    (0.0,),
)
NAMES = ("bottom", "middle", "top")


class StackBlockPyramid(Task):
    """Build a pyramid of six blocks, 3-2-1, on the stand."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand_pose = self.get_random_pose(env, STAND)
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed")
        colors = self.get_colors()
        height = STAND[2] / 2
        for layer, (places, name) in enumerate(zip(LAYERS, NAMES, strict=True)):
            color = colors[layer]
            blocks = [env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color=color) for _ in places]
            z = height + BLOCK[2] * (layer + 0.5)
            targets = [(apply(stand_pose, (place * SPACING, 0.0, z)), stand_pose[1]) for place in places]
            where = "on the stand" if layer == 0 else f"on the {NAMES[layer - 1]} layer"
            self.add_goal(
                objs=blocks,
                matches=np.ones((len(blocks), len(targets))),
                targ_poses=targets,
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=len(blocks) / 6,
                symmetries=[np.pi / 2] * len(blocks),
                language_goal=f"make the {name} layer of the pyramid {where} from {color} blocks",
            )
