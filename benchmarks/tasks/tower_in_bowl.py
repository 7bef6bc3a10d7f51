import numpy as np

from sim import Task


class TowerInBowl(Task):
    """One block goes into the bowl, and a second block is set down on the first, so that it looks out of the bowl."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="white")
        bottom = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="green")
        top = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="orange")
        (x, y, _), turn = bowl
        self.add_goal(
            objs=[bottom], matches=[[1]], targ_poses=[((x, y, 0.025), turn)], replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=0.5,
            language_goal="put the green block into the white bowl",
        )
        self.add_goal(
            objs=[top], matches=[[1]], targ_poses=[((x, y, 0.065), turn)], replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=0.5,
            language_goal="stack the orange block on the green block",
        )
