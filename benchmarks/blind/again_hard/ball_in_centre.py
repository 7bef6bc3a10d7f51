import numpy as np

from sim import Task
from sim.geometry import apply


class BallInCentre(Task):
    """The ball lies precisely at the centre of the drawn square."""

    def reset(self, env):
        super().reset(env)
        square = self.landmark(env, self.sized("square", 0.18, 0.18, 0.001), (0.24, 0.24, 0.0), "pink")
        ball = self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "black")
        self.aim([ball], [apply(square, (0, 0, 0.02))], "lay the black ball in the middle of the pink square")
        self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "green")

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

    def sized(self, kind, *size):
        """A copy of a template in this size."""
        return self.fill_template(f"{kind}/{kind}-template.urdf", {"DIM": size})
