import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class StackAndServe(Task):
    """Put the orange block on the green block, then the pink ball into the white bowl."""

    def __init__(self):
        super().__init__()
        self.max_steps = 5
        self.pos_eps = 0.02
        self.task_completed_desc = "done serving."

    def reset(self, env):
        super().reset(env)
        bowl_size = (0.12, 0.12, 0)
        bowl_pose = self.get_random_pose(env, bowl_size)
        env.add_object("bowl/bowl.urdf", bowl_pose, category="fixed", color=utils.COLORS["white"])

        block_size = (0.04, 0.04, 0.04)
        green_pose = ((0.5, 0.62, 0.02), (0, 0, 0, 1))
        green = env.add_object("block/block.urdf", green_pose, color=utils.COLORS["green"])
        orange_pose = self.get_random_pose(env, block_size)
        orange = env.add_object("block/block.urdf", orange_pose, color=utils.COLORS["orange"])
        ball_pose = self.get_random_pose(env, block_size)
        ball = env.add_object("ball/ball.urdf", ball_pose, color=utils.COLORS["pink"])

        on_green = (utils.apply(green_pose, (0, 0, 0.04)), green_pose[1])
        self.add_goal(
            objs=[orange],
            matches=np.ones((1, 1)),
            targ_poses=[on_green],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[np.pi / 2],
            language_goal="put the orange block on the green block",
        )
        self.add_goal(
            objs=[ball],
            matches=np.ones((1, 1)),
            targ_poses=[bowl_pose],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=0.5,
            symmetries=[0],
            language_goal="put the pink ball into the white bowl",
        )
