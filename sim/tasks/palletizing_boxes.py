"""Stack boxes of equal size on a pallet."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply, multiply, yaw_quaternion

PALLET = (0.3, 0.25, 0.03)
BOX = (0.08, 0.05, 0.04)
GAP = 0.005  # between neighbouring boxes
GRID = (2, 3)  # boxes of a layer along the pallet and across it
LAYERS = (2, 3)


class PalletizingBoxes(Task):
    """Stack all the boxes on the pallet, in layers of 2 x 3, each layer lying across the one below or just as it."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        pallet = self.get_random_pose(env, PALLET)
        env.add_object("pallet/pallet.urdf", pallet, category="fixed")
        crossed = bool(self.rng.integers(2))
        targets = [
            multiply(pallet, ((*place, PALLET[2] / 2 + BOX[2] * (layer + 0.5)), yaw_quaternion(yaw)))
            for layer in range(int(self.rng.choice(LAYERS)))
            for place, yaw in self.places(turned=crossed and layer % 2 == 1)
        ]
        colors = self.get_colors()
        boxes = [
            env.add_object(
                self.fill_template("box/box-template.urdf", {"DIM": BOX}),
                self.get_random_pose(env, BOX),
                color=colors[number % len(colors)],
            )
            for number in range(len(targets))
        ]
        self.add_goal(
            objs=boxes,
            matches=np.ones((len(boxes), len(targets))),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi] * len(boxes),
            language_goal="stack all the boxes on the pallet",
        )

    def places(self, *, turned: bool) -> list[tuple[tuple[float, float], float]]:
        """Where the boxes of one layer lie on the pallet: (x, y) in metres and yaw."""
        yaw = np.pi / 2 if turned else 0.0
        steps = [
            ((column - (GRID[0] - 1) / 2) * (BOX[0] + GAP), (row - (GRID[1] - 1) / 2) * (BOX[1] + GAP), 0.0)
            for column in range(GRID[0])
            for row in range(GRID[1])
        ]
        return [(apply(((0.0, 0.0, 0.0), yaw_quaternion(yaw)), step)[:2], yaw) for step in steps]
