import numpy as np

from sim import Task
from sim.geometry import apply


class SortThenStack(Task):
    """Work in two stages. First every block is brought to the zone of its colour; then every cylinder is stacked on the
    block of its colour. The second stage begins when all blocks are sorted.
    """

    max_steps = 10

    def reset(self, env):
        super().reset(env)
        hues = ["red", "green", "yellow"]
        zone_poses = {}
        for hue in hues:
            zone_poses[hue] = self.get_random_pose(env, (0.12, 0.12, 0.0))
            env.add_object("zone/zone.urdf", zone_poses[hue], category="fixed", color=hue, scale=0.6)

        blocks, cans = [], []
        can = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": (0.035, 0.035, 0.05)})
        for hue in hues:
            blocks.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04,) * 3), color=hue))
            cans.append(env.add_object(can, self.get_random_pose(env, (0.035, 0.035, 0.05)), color=hue))

        ground = [(apply(zone_poses[hue], (0, 0, 0.02)), zone_poses[hue][1]) for hue in hues]
        upstairs = [(apply(zone_poses[hue], (0, 0, 0.065)), zone_poses[hue][1]) for hue in hues]
        self.add_goal(objs=blocks, matches=np.eye(3), targ_poses=ground, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5,
                      language_goal="put each block on the zone of the same color")
        self.add_goal(objs=cans, matches=np.eye(3), targ_poses=upstairs, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.5, symmetries=[0, 0, 0],
                      language_goal="stack each cylinder on the block of the same color")
