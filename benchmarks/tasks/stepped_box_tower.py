import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

HEIGHT = 0.03
WIDTHS = (0.11, 0.08, 0.05)
NAMES = ("large", "middle", "small")


class SteppedBoxTower(Task):
    """Stack three flat boxes by size on the stand: the large one lies at the bottom and the small one on top."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed")
        colors = self.get_colors()
        boxes = []
        for width, color in zip(WIDTHS, colors):
            size = (width, width, HEIGHT)
            asset = self.fill_template("box/box-template.urdf", {"DIM": size})
            boxes.append(env.add_object(asset, self.get_random_pose(env, size), color=color))
        for i in range(3):
            z = 0.0025 + HEIGHT * (i + 0.5)
            where = "the stand" if i == 0 else f"the {NAMES[i - 1]} {colors[i - 1]} box"
            self.add_goal(
                objs=[boxes[i]],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(stand, (0.0, 0.0, z)), stand[1])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1.0 / 3.0,
                symmetries=[np.pi / 2],
                language_goal=f"lay the {NAMES[i]} {colors[i]} box on {where}",
            )
