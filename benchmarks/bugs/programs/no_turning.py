import numpy as np

from sim import Task
from sim.geometry import multiply, yaw_quaternion

PLACES = [(-0.09, 0.0), (0.0, 0.0), (0.09, 0.0)]


class FillTheKit(Task):
    """Put three shapes into the kit, each into the hole of its form."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        kit_size = (0.28, 0.2, 0.005)
        kit_pose = self.get_random_pose(env, kit_size)
        env.add_object("kitting/kit.urdf", kit_pose, category="fixed", color="gray")

        colors = ["red", "blue", "yellow"]
        shapes = self.get_kitting_shapes(3)
        objects, holes = [], []
        for i, (x, y) in enumerate(PLACES):
            turn = yaw_quaternion(self.rng.uniform(-np.pi, np.pi))
            mark_size = (0.06, 0.06, 0.001)
            mark = self.fill_template(
                "kitting/object-template-nocollision.urdf", {"FNAME": shapes[i], "DIM": mark_size}
            )
            env.add_object(mark, multiply(kit_pose, ((x, y, 0.0025), turn)), category="fixed", color="black")
            holes.append(multiply(kit_pose, ((x, y, 0.0125), turn)))

            size = (0.06, 0.06, 0.02)
            urdf = self.fill_template("kitting/object-template.urdf", {"FNAME": shapes[i], "DIM": size})
            objects.append(env.add_object(urdf, self.get_random_pose(env, size), color=colors[i]))

        for i in range(3):
            self.add_goal(
                objs=[objects[i]],
                matches=np.ones((1, 1)),
                targ_poses=[holes[i]],
                replace=False,
                rotations=False,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                language_goal=f"put the {colors[i]} {self.shape_name(shapes[i])} into its hole in the kit",
            )
