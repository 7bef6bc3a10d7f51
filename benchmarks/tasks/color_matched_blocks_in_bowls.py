import numpy as np
from sim import Task


class ColorMatchedBlocksInBowls(Task):
    """Sort three blocks by colour: each block must end up in the bowl of the same colour.

    There are three steps, one for every colour.
    """

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        colours = ["red", "yellow", "cyan"]
        n = len(colours)

        bowl_poses = []
        for c in colours:
            p = self.get_random_pose(env, (0.12, 0.12, 0))
            env.add_object("bowl/bowl.urdf", p, category="fixed", color=c)
            bowl_poses.append(p)

        blocks = []
        for c in colours:
            p = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object("block/block.urdf", p, color=c))

        for i in range(n):
            self.add_goal(objs=[blocks[i]], matches=np.ones((1, 1)), targ_poses=[bowl_poses[i]], replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=1 / n, symmetries=[np.pi / 2],
                          language_goal=f"put the {colours[i]} block in the bowl of the same color")
