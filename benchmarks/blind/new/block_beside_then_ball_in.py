import numpy as np

from sim import Task
from sim.geometry import apply


class BlockBesideThenBallIn(Task):
    """First the block comes beside the bowl; only then the ball goes into the bowl."""

    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        bowl = self.landmark(env, "bowl/bowl.urdf", (0.25, 0.13, 0.0), "blue")
        block = self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "yellow")
        ball = self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "red")
        self.aim([block], [(apply(bowl, (0.095, 0, 0.02)), bowl[1])], "put the yellow block beside the blue bowl", 0.5, np.pi / 2)
        self.aim([ball], [(apply(bowl, (0, 0, 0.02)), bowl[1])], "put the red ball into the blue bowl", 0.5)

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
