import numpy as np

from sim import Task
from sim.geometry import apply


class ToldRowOfFour(Task):
    """Make a row of four blocks on a line, starting beside the black end stop, block by block as told."""

    pos_eps = 0.015
    max_steps = 8

    def reset(self, env):
        super().reset(env)
        strip = self.get_random_pose(env, (0.30, 0.05, 0.0))
        strip_asset = self.fill_template("line/line-template.urdf", {"DIM": (0.30, 0.02, 0.001)})
        env.add_object(strip_asset, strip, category="fixed", color="white")
        anchor = (apply(strip, (-0.12, 0, 0.02)), strip[1])
        env.add_object("block/block_for_anchors.urdf", anchor, category="fixed", color="black")

        sequence = self.rng.permutation(["blue", "pink", "orange", "green"]).tolist()
        blocks = [env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
                  for color in sequence]
        for k, (block, color) in enumerate(zip(blocks, sequence)):
            before = "black" if k == 0 else sequence[k - 1]
            slot = apply(strip, (-0.12 + 0.06 * (k + 1), 0, 0.02))
            self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[(slot, strip[1])], replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=0.25, symmetries=[np.pi / 2],
                          language_goal=f"place the {color} block on the white line beside the {before} block")
