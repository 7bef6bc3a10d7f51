import numpy as np

from sim import Task
from sim.geometry import apply

OFFSET = 0.095


class BlocksFlankBowl(Task):
    """Flank a bowl with two blocks: one block on its one side, the other on the opposite side."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        bowl_pose = self.get_random_pose(env, (0.26, 0.14, 0))
        env.add_object("bowl/bowl.urdf", bowl_pose, "fixed", color="red")
        targets = [(apply(bowl_pose, (dx, 0, 0.02)), bowl_pose[1]) for dx in (-OFFSET, OFFSET)]
        blocks = []
        while len(blocks) < 2:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object("stacking/block.urdf", pose, color="gray"))
        self.add_goal(blocks, np.ones((2, 2)), targets, replace=False, rotations=True, metric="pose", params=None,
                      step_max_reward=1.0, symmetries=[0, 0],
                      language_goal="put the two gray blocks on opposite sides of the red bowl")
