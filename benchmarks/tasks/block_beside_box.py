import numpy as np
from sim import Task, colors
from sim.geometry import apply


class BlockBesideBox(Task):
    """Move the block next to the long side of the closed box. The box must not be moved."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)

        # The box (80 x 60 mm) with room for the block beside it
        box_pose = self.get_random_pose(env, (0.09, 0.18, 0.04))
        env.add_object('box/box.urdf', box_pose, category='fixed', color=colors['blue'])

        # The block to be moved and two others
        block = env.add_object('block/block.urdf', self.get_random_pose(env, (0.04, 0.04, 0.04)), color=colors['white'])
        env.add_object('block/block.urdf', self.get_random_pose(env, (0.04, 0.04, 0.04)), color=colors['red'])
        env.add_object('block/block.urdf', self.get_random_pose(env, (0.04, 0.04, 0.04)), color=colors['yellow'])

        target = (apply(box_pose, (0.0, 0.06, 0.0)), box_pose[1])
        self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[target], replace=False, rotations=True,
                      metric='pose', params=None, step_max_reward=1.0, symmetries=[np.pi / 2],
                      language_goal='move the white block next to the blue box')
