import numpy as np

from sim import Task
from sim.geometry import apply


class BridgeOfBlocks(Task):
    """A bridge: two blocks stand apart on the stand and carry a plank."""

    def reset(self, env):
        super().reset(env)
        pier_color, plank_color = self.get_colors()[:2]
        stand = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", stand, category="fixed")
        plank_size = (0.12, 0.04, 0.02)
        plank = env.add_object(
            self.fill_template("box/box-template.urdf", {"DIM": plank_size}),
            self.get_random_pose(env, plank_size),
            color=plank_color,
        )
        piers = []
        for _ in range(2):
            piers.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04,) * 3), color=pier_color))

        ends = [(apply(stand, (x, 0, 0.0225)), stand[1]) for x in (-0.04, 0.04)]
        self.add_goal(objs=piers, matches=np.ones((2, 2)), targ_poses=ends, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5,
                      language_goal=f"put the two {pier_color} blocks on the stand as the piers of a bridge")
        deck = (apply(stand, (0, 0, 0.0525)), stand[1])
        self.add_goal(objs=[plank], matches=np.ones((1, 1)), targ_poses=[deck], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5, symmetries=[np.pi],
                      language_goal=f"lay the {plank_color} box across both {pier_color} blocks")
