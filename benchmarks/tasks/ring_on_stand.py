import numpy as np

from sim import Task
from sim.geometry import apply


class RingOnStand(Task):
    """The middle one of three rings is to be laid on the square stand."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="black")
        rings = []
        for i, (width, color) in enumerate([(0.07, "red"), (0.09, "blue"), (0.11, "green")]):
            pose = self.get_random_pose(env, (width, width, 0.015))
            rings.append(env.add_object(f"hanoi/disk{i}.urdf", pose, color=color))
        self.add_goal(
            objs=[rings[1]],
            matches=np.ones((1, 1)),
            targ_poses=[apply(stand, (0, 0, 0.0025 + 0.0075))],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="lay the blue ring on the black stand",
        )
