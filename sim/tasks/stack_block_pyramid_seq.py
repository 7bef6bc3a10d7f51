"""Build a pyramid of six blocks, told block by block."""

import itertools

import numpy as np

from sim import LayoutBuilder, Task, colors
from sim.geometry import apply

BLOCK = (0.04, 0.04, 0.04)
SPACING = 0.041  # between the middles of neighbours
BASE = (3 * SPACING, BLOCK[1], BLOCK[2])
SHADES = {"lightest": (0.84, 0.72, 0.62), "middle": colors["brown"], "darkest": (0.37, 0.25, 0.18)}
LAYERS = (  # for each layer the places of its blocks along the base, in spacings
    (-1.0, 0.0, 1.0),
    (-0.5, 0.5),
    (0.0,),
)


class StackBlockPyramidSeq(Task):
    """Build a pyramid of six blocks, 3-2-1, on a row of brown blocks, putting each block on what the robot is told."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        base = self.get_random_pose(env, BASE)
        for place, shade in zip(LAYERS[0], SHADES.values(), strict=True):
            pose = (apply(base, (place * SPACING, 0.0, 0.0)), base[1])
            env.add_object("block/block.urdf", pose, category="fixed", color=shade)
        names = [name for name in self.get_colors() if name != "brown"][:6]
        handles = [env.add_object("block/block.urdf", self.get_random_pose(env, BLOCK), color=name) for name in names]

        below = [f"{shade} brown block" for shade in SHADES]
        blocks = iter(zip(handles, names, strict=True))
        for layer, places in enumerate(LAYERS):
            told = []
            for number, place in enumerate(places):
                handle, name = next(blocks)
                target = (apply(base, (place * SPACING, 0.0, (layer + 1) * BLOCK[2])), base[1])
                self.add_goal(
                    objs=[handle],
                    matches=np.ones((1, 1)),
                    targ_poses=[target],
                    replace=False,
                    rotations=True,
                    metric="pose",
                    params=None,
                    step_max_reward=1 / len(handles),
                    symmetries=[np.pi / 2],
                    language_goal=f"put the {name} block on the {below[number]}",
                )
                told.append(name)
            below = [f"{first} and {second} blocks" for first, second in itertools.pairwise(told)]
