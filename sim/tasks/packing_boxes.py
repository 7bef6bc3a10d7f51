"""Pack boxes tightly into a container."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

HEIGHT = 0.05
WALL = 0.006
GAP = 0.008  # between neighbouring boxes
SMALLEST = 0.04  # no box is narrower
COLUMNS = (2, 3)


class PackingBoxes(Task):
    """Pack all the boxes tightly into the brown container."""

    pos_eps = 0.02

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        width, depth = self.rng.uniform(0.16, 0.24), self.rng.uniform(0.14, 0.20)
        size = (width, depth, HEIGHT)
        container = self.get_random_pose(env, size)
        env.add_object(
            self.fill_template("container/container-template.urdf", {"DIM": size}), container, "fixed", color="brown"
        )
        boxes, targets = [], []
        colors = [name for name in self.get_colors() if name != "brown"]
        for number, (middle, footprint) in enumerate(self.cells(width - 2 * WALL, depth - 2 * WALL)):
            box_size = (footprint[0] - GAP, footprint[1] - GAP, HEIGHT)
            box = self.fill_template("box/box-template.urdf", {"DIM": box_size})
            boxes.append(env.add_object(box, self.get_random_pose(env, box_size), color=colors[number % len(colors)]))
            targets.append((apply(container, (*middle, 0.0)), container[1]))

        self.add_goal(
            objs=boxes,
            matches=np.eye(len(boxes)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container, size)] * len(boxes),
            step_max_reward=1.0,
            language_goal="pack all the boxes inside the brown container",
        )

    def cells(self, width: float, depth: float) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Cuts the floor into two or three columns, each of one or two cells: (middle, footprint) in metres."""
        count = int(self.rng.choice(COLUMNS))
        columns = self.parts(width, count)
        cells, left = [], -width / 2
        for column in columns:
            front = -depth / 2
            for part in self.parts(depth, int(self.rng.integers(1, 3))):
                cells.append(((left + column / 2, front + part / 2), (column, part)))
                front += part
            left += column
        return cells

    def parts(self, length: float, count: int) -> list[float]:
        """Random lengths, none too narrow for a box, that add up to `length` (m)."""
        spare = length - count * (SMALLEST + GAP)
        return [float(SMALLEST + GAP + spare * part) for part in self.rng.dirichlet([3.0] * count)]
