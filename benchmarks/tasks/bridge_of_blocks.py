import numpy as np
from sim import Task
from sim.geometry import apply

class BridgeOfBlocks(Task):
    """A bridge: two blocks stand apart on the stand and carry a plank."""
    def reset(self, env):
        super().reset(env)
        (pier_color, plank_color), size = self.get_colors()[:2], (0.12, 0.04, 0.02)
        s = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", s, "fixed")
        plank = env.add_object(self.fill_template("box/box-template.urdf", {"DIM": size}), self.get_random_pose(env, size), color=plank_color)
        a, b = (env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=pier_color) for _ in range(2))
        at = [(apply(s, (x, 0, z)), s[1]) for x, z in ((-0.04, 0.0225), (0.04, 0.0225), (0, 0.0525))]
        self.add_goal([a, b], np.ones((2, 2)), at[:2], step_max_reward=0.5, language_goal=f"put the two {pier_color} blocks on the stand as the piers of a bridge")
        self.add_goal([plank], np.ones((1, 1)), at[2:], step_max_reward=0.5, language_goal=f"lay the {plank_color} box across both {pier_color} blocks")
