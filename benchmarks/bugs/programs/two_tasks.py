import numpy as np

from sim import Task
from sim.geometry import apply


class DiskToTheLastPeg(Task):
    """Move the green disk from the first peg of the stand to the last."""

    max_steps = 3
    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.36, 0.01))
        env.add_object("hanoi/stand.urdf", stand_pose, category="fixed")

        first = (apply(stand_pose, (0, -0.12, 0.0125)), stand_pose[1])
        last = (apply(stand_pose, (0, 0.12, 0.0125)), stand_pose[1])
        disk = env.add_object("hanoi/disk1.urdf", first, color="green")

        self.add_goal(
            objs=[disk],
            matches=np.ones((1, 1)),
            targ_poses=[last],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[0],
            language_goal="move the green disk to the last peg",
        )


class StandAlone(Task):
    """Look at the stand."""

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, (0.12, 0.36, 0.01))
        env.add_object("hanoi/stand.urdf", stand_pose, category="fixed")
