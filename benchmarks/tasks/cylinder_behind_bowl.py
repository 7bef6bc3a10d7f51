import numpy as np

from sim import Task


class CylinderBehindBowl(Task):
    """The cylinder is to stand behind the bowl as the robot sees it: the bowl is between the robot and the cylinder.

    The robot's base is at the origin and x points away from it.
    """

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        # Take poses until the place behind the bowl is well on the table.
        position, rotation = self.get_random_pose(env, (0.30, 0.30, 0.0))
        bowl_x, bowl_y = position[0], position[1]
        env.add_object("bowl/bowl.urdf", (position, rotation), category="fixed", color="red")
        height = 0.06
        post = env.add_object(
            "cylinder/cylinder.urdf", self.get_random_pose(env, (0.04, 0.04, height)), color="green"
        )
        self.add_goal(
            objs=[post],
            matches=np.ones((1, 1)),
            targ_poses=[((bowl_x + 0.1, bowl_y, height / 2), (0, 0, 0, 1))],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="place the green cylinder behind the red bowl, on the side away from the robot",
        )
