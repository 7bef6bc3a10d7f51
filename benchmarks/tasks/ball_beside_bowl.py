import numpy as np

from sim import Task
from sim.geometry import apply


class BallBesideBowl(Task):
    """The ball rests on the table beside the bowl."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        spot = self.get_random_pose(env, (0.24, 0.13, 0.0))
        env.add_object("bowl/bowl.urdf", spot, category="fixed", color="purple")
        sphere = env.add_object("sphere/sphere.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="yellow")
        self.add_goal([sphere], np.ones((1, 1)), [apply(spot, (-0.095, 0.0, 0.02))], False, True, "pose", None, 1.0,
                      language_goal="rest the yellow ball on the table beside the purple bowl")
