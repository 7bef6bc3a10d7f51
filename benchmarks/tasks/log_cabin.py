import numpy as np

from sim import Task
from sim.geometry import apply, multiply, yaw_quaternion

LOG = (0.12, 0.025, 0.025)
APART = 0.08


class LogCabin(Task):
    """Lay logs crosswise, as for a cabin: two parallel logs, two across them, and two across those again.

    The logs are long boxes. The pairs are laid on the stand, each pair turned by ninety degrees against the one below.
    """

    max_steps = 10

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="gray")
        pairs = ("brown", "yellow", "orange")
        for layer, color in enumerate(pairs):
            logs = []
            for _ in range(2):
                log = self.fill_template("box/box-template.urdf", {"DIM": LOG})
                logs.append(env.add_object(log, self.get_random_pose(env, LOG), color=color))
            z = 0.0025 + LOG[2] * (layer + 0.5)
            turn = yaw_quaternion(np.pi / 2 * (layer % 2))
            offsets = [(side * APART / 2, 0, z) if layer % 2 else (0, side * APART / 2, z) for side in (-1, 1)]
            targets = [multiply(stand, (offset, turn)) for offset in offsets]
            if layer == 0:
                words = f"lay the two {color} boxes on the gray stand"
            else:
                words = f"lay the two {color} boxes across the two {pairs[layer - 1]} boxes"
            self.add_goal(objs=logs, matches=np.ones((2, 2)), targ_poses=targets, replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=1 / 3, symmetries=[np.pi, np.pi],
                          language_goal=words)
