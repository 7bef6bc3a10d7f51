import numpy as np

from sim import Task
from sim.geometry import apply

LEG = (0.03, 0.03, 0.05)
TOP = (0.12, 0.12, 0.015)


class FourLeggedTable(Task):
    """Assemble a toy table: four thin cylinders are its legs, at the corners of the stand, and a flat box is its top."""

    def reset(self, env):
        super().reset(env)
        floor = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", floor, category="fixed", color="black")
        plate = self.fill_template("box/box-template.urdf", {"DIM": TOP})
        plate = env.add_object(plate, self.get_random_pose(env, TOP), color="brown")
        legs = []
        while len(legs) < 4:
            leg = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": LEG})
            legs.append(env.add_object(leg, self.get_random_pose(env, LEG), color="white"))

        corners = [(-0.04, -0.04), (-0.04, 0.04), (0.04, -0.04), (0.04, 0.04)]
        self.add_goal(
            legs, np.ones((4, 4)), [apply(floor, (x, y, 0.0275)) for x, y in corners], step_max_reward=0.8,
            language_goal="stand the four white cylinders at the corners of the black stand as table legs",
        )
        self.add_goal(
            [plate], np.ones((1, 1)), [(apply(floor, (0, 0, 0.06)), floor[1])], step_max_reward=0.2,
            language_goal="lay the brown box on the four white cylinders as the top of the table",
        )
