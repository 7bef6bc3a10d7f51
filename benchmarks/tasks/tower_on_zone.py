import numpy as np

from sim import Task, colors
from sim.geometry import apply


class TowerOnZone(Task):
    """There is no stand here: the tower of three blocks grows in the middle of the coloured zone."""

    def reset(self, env):
        super().reset(env)
        zone_color, *block_colors = self.rng.permutation(list(colors))[:4]
        zone_pose = self.get_random_pose(env, (0.1, 0.1, 0.0))
        env.add_object("zone/zone.urdf", zone_pose, category="fixed", color=zone_color, scale=0.5)

        handles = []
        for c in block_colors:
            handles.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04,) * 3), color=c))

        lower, middle, upper = block_colors
        told = [
            f"put the {lower} block in the {zone_color} zone",
            f"put the {middle} block on the {lower} block",
            f"put the {upper} block on the {middle} block",
        ]
        for k, (handle, sentence) in enumerate(zip(handles, told)):
            where = apply(zone_pose, (0, 0, 0.02 + k * 0.04))
            self.add_goal(objs=[handle], matches=np.ones((1, 1)), targ_poses=[(where, zone_pose[1])], replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=1 / 3, language_goal=sentence)
