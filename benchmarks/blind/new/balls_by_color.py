import numpy as np

from sim import Task
from sim.geometry import apply


class BallsByColor(Task):
    """Red balls go into the red container; then the blue ones go into the blue container."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        for_hue, balls = {}, {}
        for hue in ("red", "blue"):
            for_hue[hue] = self.landmark(env, self.sized("container", 0.14, 0.12, 0.05), (0.14, 0.12, 0.05), hue)
        for hue in for_hue:
            balls[hue] = [self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), hue) for _ in range(2)]
        for hue, crate in for_hue.items():
            self.aim(balls[hue], [apply(crate, (x, 0, -0.002)) for x in (-0.03, 0.03)], f"put the two {hue} balls into the {hue} container", 0.5)

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
