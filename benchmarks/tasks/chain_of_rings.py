import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

RING = 16
LINK = (0.06, 0.06, 0.02)
LINKS = 4


class ChainOfRings(Task):
    """Lay a chain: four rings come onto the line, each close behind the other."""

    rot_eps = np.pi

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        line_color, *ring_colors = self.get_colors()[: LINKS + 1]
        length = LINKS * LINK[0] + 0.02
        line = self.get_random_pose(env, (length, LINK[1], 0.0))
        strip = self.fill_template("line/line-template.urdf", {"DIM": (length, 0.02, 0.001)})
        env.add_object(strip, line, category="fixed", color=line_color)
        rings = []
        for color in ring_colors:
            link = self.fill_template("kitting/object-template.urdf", {"FNAME": RING, "DIM": LINK})
            rings.append(env.add_object(link, self.get_random_pose(env, LINK), color=color))
        spots = [apply(line, ((k - (LINKS - 1) / 2) * (LINK[0] + 0.002), 0.0, LINK[2] / 2)) for k in range(LINKS)]
        self.add_goal(
            objs=rings,
            matches=np.ones((LINKS, LINKS)),
            targ_poses=spots,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * LINKS,
            language_goal=f"lay all the rings in a row along the {line_color} line",
        )
