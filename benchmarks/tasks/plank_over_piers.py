import numpy as np

from sim import Task
from sim.geometry import apply


class PlankOverPiers(Task):
    """The piers of the bridge are there already and cannot be moved. Only the plank has to be laid over them."""

    def reset(self, env):
        super().reset(env)
        site = self.get_random_pose(env, (0.16, 0.06, 0.0))
        for x in (-0.055, 0.055):
            env.add_object("block/block_for_anchors.urdf", (apply(site, (x, 0, 0.02)), site[1]), "fixed", color="gray")
        plank = self.fill_template("box/box-template.urdf", {"DIM": (0.15, 0.04, 0.02)})
        plank = env.add_object(plank, self.get_random_pose(env, (0.15, 0.04, 0.02)), color="orange")
        self.add_goal(
            objs=[plank],
            matches=np.ones((1, 1)),
            targ_poses=[(apply(site, (0, 0, 0.05)), site[1])],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi],
            language_goal="lay the orange box on both gray blocks like a bridge",
        )
