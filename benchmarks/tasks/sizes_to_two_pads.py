import numpy as np

from sim import Task
from sim.geometry import apply

PAD = (0.14, 0.14, 0.0)


class SizesToTwoPads(Task):
    """Large blocks onto one pad, small blocks onto the other.

    The large ones are yellow and the small ones are purple, so that words can tell them apart as well.
    """

    pos_eps = 0.02
    max_steps = 9

    def reset(self, env):
        super().reset(env)
        yard = self.pad(env, "gray")
        shelf = self.pad(env, "blue")
        large = [self.cube(env, "block/block.urdf", 0.04, "yellow") for _ in range(2)]
        small = [self.cube(env, "block/small.urdf", 0.02, "purple") for _ in range(3)]
        self.bring(large, yard, 2 / 5, "put the large yellow blocks on the gray zone")
        self.bring(small, shelf, 3 / 5, "put the small purple blocks on the blue zone")

    def pad(self, env, color):
        pose = self.get_random_pose(env, PAD)
        env.add_object("zone/zone.urdf", pose, "fixed", color=color, scale=0.7)
        return pose

    def cube(self, env, asset, edge, color):
        return env.add_object(asset, self.get_random_pose(env, (edge, edge, edge)), color=color)

    def bring(self, cubes, pad, share, words):
        n = len(cubes)
        places = [(apply(pad, (x, 0.0, 0.02)), pad[1]) for x in np.linspace(-0.04, 0.04, n)]
        self.add_goal(
            objs=cubes,
            matches=np.ones((n, n)),
            targ_poses=places,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(pad, PAD)] * n,
            step_max_reward=share,
            language_goal=words,
        )
