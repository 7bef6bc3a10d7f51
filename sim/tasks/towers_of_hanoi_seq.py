"""Solve the towers of Hanoi with three disks, each move being told."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply
from sim.layout import Pose

PEGS = (-0.12, 0.0, 0.12)  # along the stand
STAND = (0.12, 0.36, 0.01)
DISK_HEIGHT = 0.015
SEATED = 0.005 + DISK_HEIGHT / 2  # a lowest disk's middle above the stand's
PEG_NAMES = ("first", "middle", "last")
DISK_NAMES = ("small", "middle", "large")


class TowersOfHanoiSeq(Task):
    """Move the tower of disks to the last peg, one disk at a time, as each instruction tells."""

    pos_eps = 0.02  # the peg decides
    max_steps = 10

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand_pose = self.get_random_pose(env, STAND)
        env.add_object("hanoi/stand.urdf", stand_pose, category="fixed")
        colors = self.get_colors()
        towers: list[list[int]] = [[2, 1, 0], [], []]  # from the bottom; disk 0 is the smallest
        disks = []
        for disk in range(3):
            pose = self.place(stand_pose, 0, 2 - disk)
            disks.append(env.add_object(f"hanoi/disk{disk}.urdf", pose, color=colors[disk]))

        moves = self.moves(3, 0, 1, 2)
        for start, end in moves:
            target = self.place(stand_pose, end, len(towers[end]))
            disk = towers[start].pop()
            towers[end].append(disk)
            self.add_goal(
                objs=[disks[disk]],
                matches=np.ones((1, 1)),
                targ_poses=[target],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(moves),
                symmetries=[0],
                language_goal=f"move the {DISK_NAMES[disk]} {colors[disk]} disk to the {PEG_NAMES[end]} peg",
            )

    @staticmethod
    def place(stand_pose: Pose, peg: int, level: int) -> Pose:
        """Where a disk lies on a peg with `level` disks under it."""
        return apply(stand_pose, (0.0, PEGS[peg], SEATED + DISK_HEIGHT * level)), stand_pose[1]

    def moves(self, count: int, start: int, spare: int, end: int) -> list[tuple[int, int]]:
        """The shortest solution: pairs of pegs (from, to)."""
        if count == 0:
            return []
        return [*self.moves(count - 1, start, end, spare), (start, end), *self.moves(count - 1, spare, start, end)]
