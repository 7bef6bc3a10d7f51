"""Towers of Hanoi."""

import numpy as np
from ravens.tasks.task import Task
from ravens.utils import utils


class SmallTower(Task):
  """Move a tower of rings, one by one, to another peg."""

  def __init__(self):
    super().__init__()
    self.max_steps = 14

  def reset(self, env):
    super().reset(env)

    base_size = (0.12, 0.36, 0.01)
    base_pose = self.get_random_pose(env, base_size)
    env.add_object('hanoi/stand.urdf', base_pose, 'fixed')
    rods = ((0, -0.12, 0.03), (0, 0, 0.03), (0, 0.12, 0.03))

    # Rings of fifteen millimetres, the last one at the bottom.
    disks = []
    for i in range(3):
      x, y, z = utils.apply(base_pose, rods[0])
      disks.append(env.add_object('hanoi/disk%d.urdf' % i, ((x, y, z + 0.015 * (1 - i)), base_pose[1])))

    steps = []

    def solve(n, start, end, spare):
      if n > 0:
        solve(n - 1, start, spare, end)
      steps.append((n, end))
      if n > 0:
        solve(n - 1, spare, end, start)

    solve(2, 0, 2, 1)
    for disk, rod in steps:
      target = (utils.apply(base_pose, rods[rod]), (0, 0, 0, 1))
      self.goals.append(([(disks[disk], (0, None))], np.int32([[1]]), [target], False, True, 'pose', None,
                         1 / len(steps)))
