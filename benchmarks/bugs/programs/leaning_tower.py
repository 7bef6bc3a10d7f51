import numpy as np

from sim import Task
from sim.geometry import apply

BLOCK = (0.04, 0.04, 0.04)
STAND = (0.12, 0.12, 0.005)


class TwoTowers(Task):
    """Build two towers of two blocks, one at each side of the stand."""

    max_steps = 8

    def reset(self, env):
        super().reset(env)
        stand = self.get_random_pose(env, STAND)
        env.add_object("stacking/stand.urdf", stand, category="fixed", color="white")
        colors = ["red", "blue", "green", "yellow"]
        handles = [self.add_block(env, color) for color in colors]

        for number, (handle, color) in enumerate(zip(handles, colors)):
            tower, level = number % 2, number // 2
            place = ("white stand", f"{colors[tower]} block")[level]
            self.add_goal(
                objs=[handle],
                matches=np.ones((1, 1)),
                targ_poses=[self.target(stand, tower, level)],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(handles),
                symmetries=[np.pi / 2],
                language_goal=f"put the {color} block on the {place}",
            )

    def add_block(self, env, color):
        pose = self.get_random_pose(env, BLOCK)
        return env.add_object("block/block.urdf", pose, color=color)

    def target(self, stand, tower, level):
        x = (-0.035 if tower == 0 else 0.035) + 0.025 * level
        z = STAND[2] / 2 + BLOCK[2] * (level + 0.5)
        return apply(stand, (x, 0, z)), stand[1]
