"""Pack the one shape that is asked for."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

SHAPES = 5
SHAPE = (0.08, 0.08, 0.02)
FLOOR = 0.003
HEIGHT = 0.05


class PackingShapes(Task):
    """Pack the shape that the instruction names into the brown container; the other shapes stay out."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        size = (*self.rng.uniform(0.13, 0.18, size=2), HEIGHT)
        container = self.get_random_pose(env, size)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": size}), container, "fixed", color="brown"
        )
        shapes = self.get_kitting_shapes(SHAPES)
        target = (apply(container, (0.0, 0.0, FLOOR + (SHAPE[2] - HEIGHT) / 2)), container[1])
        colors = [name for name in self.get_colors() if name != "brown"]  # the container's own
        objects, _ = self.make_kitting_objects(env, [target], shapes, SHAPES, colors, SHAPE)
        self.add_goal(
            objs=objects[:1],
            matches=np.ones((1, 1)),
            targ_poses=[target],
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container, size)],
            step_max_reward=1.0,
            language_goal=f"pack the {self.shape_name(shapes[0])} into the brown container",
        )
