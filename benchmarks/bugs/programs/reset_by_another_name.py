import numpy as np

from sim import Task
from sim.geometry import apply


class CylindersOnPallet(Task):
    """Set three cylinders in a row on the pallet."""

    max_steps = 8

    def setup_scene(self, env):
        super().reset(env)
        pallet_size = (0.3, 0.25, 0.03)
        pallet_pose = self.get_random_pose(env, pallet_size)
        env.add_object("pallet/pallet.urdf", pallet_pose, category="fixed", color="brown")

        size = (0.04, 0.04, 0.06)
        urdf = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": size})
        cylinders = []
        for _ in range(3):
            cylinder_pose = self.get_random_pose(env, size)
            cylinder = env.add_object(urdf, cylinder_pose, color="purple")
            cylinders.append(cylinder)

        z = pallet_size[2] / 2 + size[2] / 2
        targets = []
        for i in range(3):
            position = apply(pallet_pose, ((i - 1) * 0.08, 0, z))
            targets.append((position, pallet_pose[1]))

        self.add_goal(
            objs=cylinders,
            matches=np.ones((3, 3)),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0] * 3,
            language_goal="set the purple cylinders in a row on the brown pallet",
        )
