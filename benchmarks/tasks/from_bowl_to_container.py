"""One block, two stations."""

import numpy as np

from sim import Task

TUB = (0.12, 0.12, 0.05)


class FromBowlToContainer(Task):
    """Wash and dry: the block is put into the bowl first, and from there into the container."""

    pos_eps = 0.04

    def reset(self, env):
        super().reset(env)
        bowl = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("bowl/bowl.urdf", bowl, category="fixed", color="blue")
        tub = self.get_random_pose(env, TUB)
        env.add_object(self.fill_template("container/container-template.urdf", {"DIM": TUB}), tub, "fixed", color="white")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="orange")

        self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[bowl], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5, symmetries=[0],
                      language_goal="put the orange block into the blue bowl")
        self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[tub], replace=False, rotations=True,
                      metric="zone", params=[(tub, TUB)], step_max_reward=0.5, symmetries=[0],
                      language_goal="now put the orange block from the bowl into the white container")
