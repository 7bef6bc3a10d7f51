import numpy as np
from sim import Task, colors
from sim.geometry import apply


class CansOnPad(Task):
    """Cans (cylinders) are collected on a square pad."""

    max_steps = 10
    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)

        # Add the pad.
        pad_size = (0.14, 0.14, 0)
        pad_pose = self.get_random_pose(env, pad_size)
        env.add_object('zone/zone.urdf', pad_pose, 'fixed', color=colors['orange'], scale=0.7)

        # Add the cans.
        can_size = (0.04, 0.04, 0.06)
        cans = []
        for i in range(4):
            can_pose = self.get_random_pose(env, can_size)
            can_id = env.add_object('cylinder/cylinder.urdf', can_pose, color=colors['white'])
            cans.append(can_id)

        # Where they may stand.
        targs = [(apply(pad_pose, (i, j, 0.03)), pad_pose[1]) for i in (-0.035, 0.035) for j in (-0.035, 0.035)]

        # Goal: all the cans are on the pad.
        self.add_goal(objs=cans, matches=np.ones((4, 4)), targ_poses=targs, replace=False,
                      rotations=True, metric='zone', params=[(pad_pose, pad_size)] * 4, step_max_reward=1,
                      language_goal='gather the white cylinders on the orange zone')
