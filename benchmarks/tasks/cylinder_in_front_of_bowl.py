import numpy as np

from sim import Task


class CylinderInFrontOfBowl(Task):
    """The cylinder must stand in front of the bowl, that is on the side of the robot."""

    GAP = 0.10  # metres from the middle of the bowl towards the robot

    def reset(self, env):
        super().reset(env)
        (x, y, z), turn = self.get_random_pose(env, (0.32, 0.32, 0.0))
        env.add_object("bowl/bowl.urdf", ((x, y, z), turn), category="fixed", color="yellow")
        size = (0.04, 0.04, 0.06)
        cylinder = env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, size), color="blue")
        front = (x - self.GAP, y, size[2] / 2)
        self.add_goal(
            objs=[cylinder],
            matches=np.ones((1, 1)),
            targ_poses=[front],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stand the blue cylinder in front of the yellow bowl, on the side near the robot",
        )
