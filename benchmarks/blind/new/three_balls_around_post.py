import math

import numpy as np

from sim import Task
from sim.geometry import apply


class ThreeBallsAroundPost(Task):
    """Three balls lie around a post, evenly spaced."""

    def reset(self, env):
        super().reset(env)
        post = self.get_random_pose(env, (0.24, 0.24, 0.0))
        env.add_object("cylinder/cylinder.urdf", (apply(post, (0, 0, 0.03)), post[1]), category="fixed", color="blue")
        balls = [self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "orange") for _ in range(3)]
        angles = [2 * math.pi * k / 3 for k in range(3)]
        self.aim(balls, [apply(post, (0.08 * math.cos(a), 0.08 * math.sin(a), 0.02)) for a in angles], "arrange the three orange balls in a circle around the blue cylinder")

    def aim(self, things, spots, words, share=1.0, turn=0.0):
        """States one step: every thing at one of the spots."""
        self.add_goal(
            objs=things, matches=np.ones((len(things), len(spots))), targ_poses=spots, replace=False, rotations=True,
            metric="pose", params=None, step_max_reward=share, symmetries=[turn] * len(things), language_goal=words,
        )

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)
