import numpy as np
from sim import Task
from sim.geometry import apply


class FourBlockTower(Task):
    """Build a tall tower out of four blocks.

    From the bottom to the top the tower is green, yellow, orange and red. It is built on the stand,
    and every block has to carry the ones above it.
    """

    max_steps = 8

    def reset(self, env):
        super().reset(env)

        # Add the stand.
        stand_size = (0.12, 0.12, 0.005)
        stand_pose = self.get_random_pose(env, stand_size)
        env.add_object("stacking/stand.urdf", stand_pose, category="fixed")

        # Add the blocks.
        block_size = (0.04, 0.04, 0.04)
        block_colors = ["green", "yellow", "orange", "red"]
        blocks = []
        for color in block_colors:
            block_pose = self.get_random_pose(env, block_size)
            blocks.append(env.add_object("stacking/block.urdf", block_pose, color=color))

        # Positions of the blocks in the frame of the stand.
        place_pos = [(0, 0, 0.0225), (0, 0, 0.0625), (0, 0, 0.1025), (0, 0, 0.1425)]
        targs = [(apply(stand_pose, pos), stand_pose[1]) for pos in place_pos]

        # Goals, from the bottom to the top.
        language_goals = [
            "place the green block on the stand",
            "place the yellow block on the green block",
            "place the orange block on the yellow block",
            "place the red block on the orange block",
        ]
        for i in range(4):
            self.add_goal(objs=[blocks[i]], matches=np.ones((1, 1)), targ_poses=[targs[i]], replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=1 / 4,
                          symmetries=[np.pi / 2], language_goal=language_goals[i])
