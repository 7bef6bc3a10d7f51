import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

SQUARE, STAR, CIRCLE = 3, 10, 11
LAYER = 0.02


class StackedShapes(Task):
    """Pile up three flat shapes on the stand: the square first, the circle on it, the star on top of all."""

    rot_eps = np.pi  # how they are turned does not matter

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="brown")
        order = ((SQUARE, "gray", 0.09), (CIRCLE, "cyan", 0.08), (STAR, "yellow", 0.08))
        told = (
            "put the gray square on the brown stand",
            "put the cyan circle on the gray square",
            "put the yellow star on top of the cyan circle",
        )
        z = 0.0025 + LAYER / 2
        for (shape, color, width), sentence in zip(order, told, strict=True):
            size = (width, width, LAYER)
            filled = self.fill_template("kitting/object-template.urdf", {"FNAME": shape, "DIM": size})
            handle = env.add_object(filled, self.get_random_pose(env, size), color=color)
            self.add_goal(
                objs=[handle],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(stand, (0.0, 0.0, z)), stand[1])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                symmetries=[0],
                language_goal=sentence,
            )
            z += LAYER
