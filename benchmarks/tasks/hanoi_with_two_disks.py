import numpy as np

from sim import Task
from sim.geometry import apply


class HanoiWithTwoDisks(Task):
    """The smallest puzzle of Hanoi. Two disks lie on the first peg; three moves bring both to the last one."""

    pos_eps = 0.02
    max_steps = 6

    def reset(self, env):
        super().reset(env)
        board = self.get_random_pose(env, (0.12, 0.36, 0.01))
        env.add_object("hanoi/stand.urdf", board, category="fixed")

        def on(peg, level):
            return apply(board, (0, (peg - 1) * 0.12, 0.0125 + 0.015 * level)), board[1]

        large = env.add_object("hanoi/disk1.urdf", on(0, 0), color="blue")
        small = env.add_object("hanoi/disk0.urdf", on(0, 1), color="yellow")
        moves = [
            (small, on(1, 0), "move the small yellow disk to the middle peg"),
            (large, on(2, 0), "move the large blue disk to the last peg"),
            (small, on(2, 1), "move the small yellow disk onto the large blue disk"),
        ]
        for disk, target, sentence in moves:
            self.add_goal(objs=[disk], matches=np.ones((1, 1)), targ_poses=[target], replace=False, rotations=True,
                          metric="pose", params=None, step_max_reward=1 / 3, symmetries=[0], language_goal=sentence)
