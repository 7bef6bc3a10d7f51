"""A packing list of three different things, worked off in order."""

import numpy as np

from sim import Task
from sim.geometry import apply

CONTAINER = (0.22, 0.12, 0.06)
PACKING_LIST = (  # what it is called, its asset, its height, its place along the container
    ("block", "block/block.urdf", 0.04, -0.065),
    ("ball", "ball/ball.urdf", 0.04, 0.0),
    ("cylinder", "cylinder/cylinder.urdf", 0.06, 0.065),
)


class ThreeKindsIntoContainer(Task):
    """Pack a block, then a ball, then a cylinder into the same container."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        container = self.get_random_pose(env, CONTAINER)
        filled = self.fill_template("container/container-template.urdf", {"DIM": CONTAINER})
        env.add_object(filled, container, category="fixed", color="black")
        hues = [c for c in self.get_colors()][:3]
        for (noun, asset, height, place), hue in zip(PACKING_LIST, hues):
            thing = env.add_object(asset, self.get_random_pose(env, (0.04, 0.04, height)), color=hue)
            self.add_goal(
                objs=[thing],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(container, (place, 0.0, 0.0)), container[1])],
                replace=False,
                rotations=True,
                metric="zone",
                params=[(container, CONTAINER)],
                step_max_reward=1 / 3,
                language_goal=f"pack the {hue} {noun} into the black container",
            )
