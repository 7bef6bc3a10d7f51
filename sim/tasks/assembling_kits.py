"""Assemble a kit: every shape into its own hole."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import multiply, yaw_quaternion

KIT = (0.28, 0.2, 0.005)
HOLES = ((-0.09, 0.045), (0.0, 0.045), (0.09, 0.045), (-0.045, -0.045), (0.045, -0.045))  # on the kit
SHAPE = (0.06, 0.06, 0.02)  # a square of this size fits beside its neighbours whichever way it is turned
MARK = (0.06, 0.06, 0.001)


class AssemblingKits(Task):
    """Put five shapes into the kit, each into the hole of its form and turned as the hole is."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        kit_pose = self.get_random_pose(env, KIT)
        env.add_object("kitting/kit.urdf", kit_pose, category="fixed")
        shapes = self.get_kitting_shapes(len(HOLES))
        targets = []
        for shape, (x, y) in zip(shapes, HOLES, strict=True):
            turn = yaw_quaternion(self.rng.uniform(-np.pi, np.pi))
            hole = self.fill_template("kitting/object-template-nocollision.urdf", {"FNAME": shape, "DIM": MARK})
            env.add_object(hole, multiply(kit_pose, ((x, y, KIT[2] / 2), turn)), category="fixed", color="black")
            targets.append(multiply(kit_pose, ((x, y, (KIT[2] + SHAPE[2]) / 2), turn)))

        colors = [name for name in self.get_colors() if name != "gray"][: len(shapes)]  # the kit is gray
        objects, matches = self.make_kitting_objects(env, targets, shapes, len(shapes), colors, SHAPE)
        names = [f"the {color} {self.shape_name(shape)}" for color, shape in zip(colors, shapes, strict=True)]
        self.add_goal(
            objs=objects,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal=f"put {', '.join(names[:-1])} and {names[-1]} into their holes in the kit",
        )
