import numpy as np

from sim import Task
from sim.geometry import apply


class TwoSpanBridge(Task):
    """A long bridge with three piers and two decks that meet over the middle pier, built over the blue zone.

    The blue zone is the water.
    """

    max_steps = 10
    rot_eps = np.deg2rad(15)

    def reset(self, env):
        super().reset(env)
        water = self.get_random_pose(env, (0.3, 0.2, 0.0))
        env.add_object("zone/zone.urdf", water, category="fixed", color="blue")

        deck_dim = (0.098, 0.04, 0.02)
        decks = []
        for _ in range(2):
            urdf = self.fill_template("box/box-template.urdf", {"DIM": deck_dim})
            decks.append(env.add_object(urdf, self.get_random_pose(env, deck_dim), color="yellow"))

        piers = []
        for _ in range(3):
            piers.append(env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="gray"))

        pier_targets = [(apply(water, (x, 0, 0.02)), water[1]) for x in (-0.08, 0.0, 0.08)]
        deck_targets = [(apply(water, (x, 0, 0.05)), water[1]) for x in (-0.051, 0.051)]
        self.add_goal(objs=piers, matches=np.ones((3, 3)), targ_poses=pier_targets, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.6,
                      language_goal="stand the three gray blocks in a row on the blue zone as piers")
        self.add_goal(objs=decks, matches=np.ones((2, 2)), targ_poses=deck_targets, replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=0.4,
                      language_goal="lay the two yellow boxes on the gray blocks to finish the bridge")
