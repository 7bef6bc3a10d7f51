import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

SIDES = (-0.04, 0.04)


class GateWithLintel(Task):
    """Build a gate: two posts, each of two blocks, and a lintel over both. First the feet, then the heads, then the lintel."""

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        foot, head, lintel = self.get_colors()[:3]
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="white")
        beam_size = (0.12, 0.04, 0.02)
        beam_asset = self.fill_template("box/box-template.urdf", {"DIM": beam_size})
        beam = env.add_object(beam_asset, self.get_random_pose(env, beam_size), color=lintel)
        feet = [self.block(env, foot) for _ in SIDES]
        heads = [self.block(env, head) for _ in SIDES]
        at = lambda x, z: (apply(stand, (x, 0.0, 0.0025 + z)), stand[1])
        self.add_goal(feet, np.ones((2, 2)), [at(x, 0.02) for x in SIDES], step_max_reward=0.4,
                      language_goal=f"put the two {foot} blocks on the white stand, apart from each other")
        self.add_goal(heads, np.ones((2, 2)), [at(x, 0.06) for x in SIDES], step_max_reward=0.4,
                      language_goal=f"put one {head} block on each {foot} block")
        self.add_goal([beam], np.ones((1, 1)), [at(0.0, 0.09)], step_max_reward=0.2,
                      language_goal=f"lay the {lintel} box over the two {head} blocks")

    def block(self, env: LayoutBuilder, color: str) -> int:
        return env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
