import numpy as np

from sim import Task
from sim.geometry import apply, multiply, yaw_quaternion

SIZE = (0.05, 0.05, 0.02)


class ShapesInACircle(Task):
    """Five flat stars make a circle around the ring that lies fixed on the table."""

    pos_eps = 0.02
    max_steps = 10

    def reset(self, env):
        super().reset(env)
        center = self.get_random_pose(env, (0.28, 0.28, 0.015))
        env.add_object("hanoi/disk0.urdf", center, category="fixed", color="blue")
        star = self.fill_template("kitting/object-template.urdf", {"FNAME": 10, "DIM": SIZE})
        stars, places = [], []
        for k in range(5):
            start = self.get_random_pose(env, SIZE)
            while np.hypot(start[0][0] - center[0][0], start[0][1] - center[0][1]) < 0.17:  # not yet in the circle
                start = self.get_random_pose(env, SIZE)
            stars.append(env.add_object(star, start, color="yellow"))
            turn = yaw_quaternion(k * 2 * np.pi / 5)
            (x, y, _), rotation = multiply(center, ((0, 0, 0), turn))
            x, y, _ = apply(((x, y, 0), rotation), (0.1, 0, 0))
            places.append(((x, y, 0.01), rotation))
        self.add_goal(
            objs=stars,
            matches=np.ones((5, 5)),
            targ_poses=places,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * 5,
            language_goal="arrange the five yellow stars in a circle around the blue ring",
        )
