import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply
from sim.layout import Pose

STAND = (0.12, 0.12, 0.005)
BLOCK = 0.04


class MoveTowerKeepingOrder(Task):
    """Move a tower of two blocks to another stand without turning its order around.

    The upper block has to wait on a third stand while the lower one is moved.
    """

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        poses = {}
        for color in ("white", "gray", "black"):
            poses[color] = self.get_random_pose(env, STAND)
            env.add_object("stacking/stand.urdf", poses[color], category="fixed", color=color)
        lower = env.add_object("block/block.urdf", self.level(poses["white"], 0), color="green")
        upper = env.add_object("block/block.urdf", self.level(poses["white"], 1), color="pink")
        self.move(upper, self.level(poses["gray"], 0), "move the pink block to the gray stand")
        self.move(lower, self.level(poses["black"], 0), "move the green block to the black stand")
        self.move(upper, self.level(poses["black"], 1), "move the pink block onto the green block")

    def level(self, stand: Pose, number: int) -> Pose:
        return apply(stand, (0.0, 0.0, STAND[2] / 2 + BLOCK * (number + 0.5))), stand[1]

    def move(self, block: int, target: Pose, words: str) -> None:
        self.add_goal(
            objs=[block],
            matches=np.ones((1, 1)),
            targ_poses=[target],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1 / 3,
            language_goal=words,
        )
