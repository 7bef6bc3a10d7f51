import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class FourToOneSpot(Task):
    """Four blocks go into a zone, and only its middle is given as a target."""

    def __init__(self):
        super().__init__()
        self.max_steps = 8
        self.lang_template = "bring all yellow blocks to the marked square"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        zone_size = (0.2, 0.2, 0)
        zone_pose = self.get_random_pose(env, zone_size)
        env.add_object('zone/zone.urdf', zone_pose, 'fixed')
        blocks = []
        for _ in range(4):
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object('block/block.urdf', pose, color=utils.COLORS['yellow']))
        self.add_goal(objs=blocks, matches=np.ones((4, 1)), targ_poses=[zone_pose], replace=True, rotations=False,
                      metric='zone', params=[(zone_pose, zone_size)], step_max_reward=1, symmetries=[0],
                      language_goal=self.lang_template)
