import numpy as np

from sim import LayoutBuilder, Task, colors
from sim.geometry import apply

COLUMN = (0.04, 0.04, 0.06)
DECK = (0.12, 0.05, 0.02)
STAND = (0.12, 0.12, 0.005)


class BridgeOnColumns(Task):
    """Set up two gray columns on the stand and lay a brown deck over them, as for a footbridge."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand = self.get_random_pose(env, STAND)
        env.add_object("stacking/stand.urdf", stand, "fixed", color=colors["green"])
        deck = env.add_object(
            self.fill_template("box/box-template.urdf", {"DIM": DECK}), self.get_random_pose(env, DECK), color="brown"
        )
        columns = [
            env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, COLUMN), color="gray") for _ in range(2)
        ]
        column_height = STAND[2] / 2 + COLUMN[2] / 2
        deck_height = STAND[2] / 2 + COLUMN[2] + DECK[2] / 2
        self.add_goal(
            objs=columns,
            matches=np.ones((2, 2)),
            targ_poses=[(apply(stand, (side * 0.038, 0.0, column_height)), stand[1]) for side in (-1, 1)],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.6,
            symmetries=[0, 0],
            language_goal="put both gray cylinders on the green stand",
        )
        self.add_goal(
            objs=[deck],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(stand, (0.0, 0.0, deck_height)), stand[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.4,
            symmetries=[np.pi],
            language_goal="bridge the gray cylinders with the brown box",
        )
