import numpy as np

from sim import Task
from sim.geometry import apply

DRUM = (0.05, 0.05, 0.04)
COLORS = ("brown", "yellow", "white")


class CylinderColumn(Task):
    """Three short cylinders, brown, yellow and white, are put one upon another on the stand: a column of drums."""

    def reset(self, env):
        super().reset(env)
        foot = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", foot, category="fixed", color="black")
        under = "black stand"
        for level, name in enumerate(COLORS):
            drum = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": DRUM})
            handle = env.add_object(drum, self.get_random_pose(env, DRUM), color=name)
            goal = apply(foot, (0.0, 0.0, 0.0025 + 0.02 + 0.04 * level))
            self.add_goal([handle], np.eye(1), [goal], step_max_reward=1 / len(COLORS),
                          language_goal=f"set the {name} cylinder upright on the {under}")
            under = f"{name} cylinder"
