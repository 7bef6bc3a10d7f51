import itertools

import numpy as np

from sim import Task
from sim.geometry import apply


class LoadThePallet(Task):
    """Load the pallet with one layer of six boxes."""

    max_steps = 3

    def reset(self, env):
        super().reset(env)
        pallet_size = (0.3, 0.25, 0.03)
        pallet_pose = self.get_random_pose(env, pallet_size)
        env.add_object("pallet/pallet.urdf", pallet_pose, category="fixed")

        box_size = (0.06, 0.04, 0.04)
        box_urdf = self.fill_template("box/box-template.urdf", {"DIM": box_size})
        boxes = []
        for _ in range(6):
            box_pose = self.get_random_pose(env, box_size)
            boxes.append(env.add_object(box_urdf, box_pose, color="yellow"))

        targets = []
        z = pallet_size[2] / 2 + box_size[2] / 2
        for x, y in itertools.product((-0.09, 0.0, 0.09), (-0.05, 0.05)):
            targets.append((apply(pallet_pose, (x, y, z)), pallet_pose[1]))

        self.add_goal(
            objs=boxes,
            matches=np.ones((len(boxes), len(targets))),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi] * len(boxes),
            language_goal="put all the yellow boxes on the pallet",
        )
