import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

STEM = (0.03, 0.03, 0.05)
CAP = (0.07, 0.07, 0.02)
NUMBER = 3


class MushroomCaps(Task):
    """Three thin stems stand fast on the table. Put a wide flat cap on each of them, and there are three mushrooms."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stems = []
        for _ in range(NUMBER):
            x_y, turn = self.get_random_pose(env, (CAP[0], CAP[1], STEM[2]))
            stems.append((x_y, turn))
            filled = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": STEM})
            env.add_object(filled, stems[-1], category="fixed", color="white")
        caps = []
        for _ in range(NUMBER):
            filled = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": CAP})
            caps.append(env.add_object(filled, self.get_random_pose(env, CAP), color="red"))
        tops = [apply(stem, (0.0, 0.0, (STEM[2] + CAP[2]) / 2)) for stem in stems]
        self.add_goal(
            objs=caps,
            matches=np.ones((NUMBER, NUMBER)),
            targ_poses=tops,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * NUMBER,
            language_goal="put one red cylinder on each white cylinder",
        )
