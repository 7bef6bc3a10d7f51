import numpy as np

from sim import Task
from sim.geometry import apply


class LittleHouse(Task):
    """Build a little house on the stand: two walls, a roof that covers both, and a chimney on the roof."""

    WALL = (0.1, 0.03, 0.05)
    ROOF = (0.12, 0.11, 0.015)
    CHIMNEY = (0.03, 0.03, 0.04)

    def reset(self, env):
        super().reset(env)
        garden = self.get_random_pose(env, (0.12, 0.12, 0.005))
        env.add_object("stacking/stand.urdf", garden, category="fixed", color="green")
        roof = self._box(env, self.ROOF, "red")
        walls = [self._box(env, self.WALL, "yellow"), self._box(env, self.WALL, "yellow")]
        pot = self.fill_template("cylinder/cylinder-template.urdf", {"DIM": self.CHIMNEY})
        chimney = env.add_object(pot, self.get_random_pose(env, self.CHIMNEY), color="black")

        h = 0.0025
        wall_poses = [(apply(garden, (0, y, h + 0.025)), garden[1]) for y in (-0.04, 0.04)]
        roof_pose = (apply(garden, (0, 0, h + 0.05 + 0.0075)), garden[1])
        chimney_pose = (apply(garden, (0.03, 0.02, h + 0.05 + 0.015 + 0.02)), garden[1])
        self.add_goal(walls, np.ones((2, 2)), wall_poses, False, True, "pose", None, 0.5, [np.pi, np.pi],
                      "put the two yellow boxes on the green stand as the walls of a house")
        self.add_goal([roof], np.ones((1, 1)), [roof_pose], False, True, "pose", None, 0.25, [np.pi],
                      "put the red box on the yellow boxes as the roof")
        self.add_goal([chimney], np.ones((1, 1)), [chimney_pose], False, True, "pose", None, 0.25, [0],
                      "put the black cylinder on the red box as the chimney")

    def _box(self, env, dim, color):
        return env.add_object(
            self.fill_template("box/box-template.urdf", {"DIM": dim}), self.get_random_pose(env, dim), color=color
        )
