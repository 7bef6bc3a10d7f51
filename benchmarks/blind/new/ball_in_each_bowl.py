import numpy as np

from sim import Task
from sim.geometry import apply


class BallInEachBowl(Task):
    """A ball goes into each of three bowls of one colour."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        bowls = [self.landmark(env, "bowl/bowl.urdf", (0.12, 0.12, 0.0), "white") for _ in range(3)]
        balls = [self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "cyan") for _ in bowls]
        self.aim(balls, [(apply(b, (0, 0, 0.02)), b[1]) for b in bowls], "put one cyan ball into each of the three white bowls")

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
