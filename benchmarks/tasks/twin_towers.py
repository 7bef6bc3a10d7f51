import numpy as np

from sim import Task
from sim.geometry import apply

HUES = ("blue", "orange")


class TwinTowers(Task):
    """Sort blocks into two towers by colour: blue blocks are stacked on the blue stand, orange ones on the orange stand."""

    def reset(self, env):
        super().reset(env)
        sites, stock = {}, {}
        for hue in HUES:
            sites[hue] = self.get_random_pose(env, (0.12, 0.12, 0.005))
            env.add_object("stacking/stand.urdf", sites[hue], category="fixed", color=hue)
        for hue in HUES:
            stock[hue] = [
                env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=hue)
                for _ in range(3)
            ]
        for hue in HUES:
            tower = [(apply(sites[hue], (0, 0, 0.0225 + 0.04 * floor)), sites[hue][1]) for floor in range(3)]
            self.add_goal(objs=stock[hue], matches=np.ones((3, 3)), targ_poses=tower, replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=0.5,
                          language_goal=f"stack all the {hue} blocks in a tower on the {hue} stand")
