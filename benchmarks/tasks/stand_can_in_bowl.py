import numpy as np

from sim import Task

CAN = (0.04, 0.04, 0.06)


class StandCanInBowl(Task):
    """Stand the named cylinder in the bowl; two other cylinders are there to distract."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        where = self.get_random_pose(env, obj_size=(0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", where, category="fixed", color="brown")
        can, *_ = [
            env.add_object("cylinder/cylinder.urdf", self.get_random_pose(env, CAN), color=color)
            for color in ("green", "pink", "gray")
        ]
        self.add_goal(
            objs=[can],
            matches=np.ones((1, 1)),
            targ_poses=[where],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stand the green cylinder in the brown bowl",
        )
