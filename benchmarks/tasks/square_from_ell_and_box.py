import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

ELL = (0.12, 0.12, 0.04)
NOTCH = 0.08  # the side of the square that is missing in the ell
FILLER = (0.076, 0.076, 0.04)


class SquareFromEllAndBox(Task):
    """A puzzle of two parts: put the L-shaped block on the zone, then fit the box into its notch to complete a square."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        ell_color, box_color, zone_color = self.get_colors()[:3]
        zone = self.get_random_pose(env, (0.16, 0.16, 0.0))
        env.add_object("zone/zone.urdf", zone, category="fixed", color=zone_color, scale=0.8)
        ell = env.add_object("insertion/ell.urdf", self.get_random_pose(env, ELL), color=ell_color)
        filler_asset = self.fill_template("box/box-template.urdf", {"DIM": FILLER})
        filler = env.add_object(filler_asset, self.get_random_pose(env, FILLER), color=box_color)
        self.add_goal(
            objs=[ell],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(zone, (0.0, 0.0, ELL[2] / 2)), zone[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[2 * np.pi],
            language_goal=f"put the {ell_color} L-shaped block on the {zone_color} zone",
        )
        inside = (0.06 - NOTCH / 2, 0.06 - NOTCH / 2, ELL[2] / 2)
        self.add_goal(
            objs=[filler],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(zone, inside), zone[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[np.pi / 2],
            language_goal=f"fit the {box_color} box against the {ell_color} L-shaped block to complete the square",
        )
