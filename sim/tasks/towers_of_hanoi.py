"""Solve the towers of Hanoi with three disks."""

import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

PEGS = (-0.12, 0.0, 0.12)  # along the stand
BASE = 0.01
DISK = 0.018
STAND = (0.36, 0.12, BASE)
PEG_NAMES = ("first", "second", "last")
NAMES = ("large", "middle", "small")  # disk 0, 1, 2


class TowersOfHanoi(Task):
    """Move the tower of three disks to the last peg, one disk at a time, never a larger disk on a smaller one."""

    pos_eps = 0.02  # the peg decides
    max_steps = 10

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        stand_pose = self.get_random_pose(env, STAND)
        env.add_object("hanoi/stand.urdf", stand_pose, category="fixed")
        colors = self.get_colors()
        towers: list[list[int]] = [[], [], []]
        handles = []
        for disk in range(3):
            pose = (apply(stand_pose, (PEGS[0], 0.0, self.height(disk, stand_pose[0][2]))), stand_pose[1])
            handles.append(env.add_object(f"hanoi/disk{disk}.urdf", pose, color=colors[disk]))
            towers[0].append(disk)

        moves = self.moves(3, 0, 1, 2)
        for start, end in moves:
            disk = towers[start].pop()
            level = len(towers[end])
            towers[end].append(disk)
            target = (apply(stand_pose, (PEGS[end], 0.0, self.height(level, stand_pose[0][2]))), stand_pose[1])
            self.add_goal(
                objs=[handles[disk]],
                matches=np.ones((1, 1)),
                targ_poses=[target],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / len(moves),
                symmetries=[0],
                language_goal=f"move the {NAMES[disk]} {colors[disk]} disk to the {PEG_NAMES[end]} peg",
            )

    @staticmethod
    def height(level: int, stand_z: float) -> float:
        """Height (m) of a disk's middle over the stand's origin."""
        return BASE / 2 + DISK * (level + 0.5)

    def moves(self, count: int, start: int, spare: int, end: int) -> list[tuple[int, int]]:
        """The shortest solution: pairs of pegs (from, to)."""
        if count == 0:
            return []
        return [*self.moves(count - 1, start, end, spare), (start, end), *self.moves(count - 1, spare, start, end)]
