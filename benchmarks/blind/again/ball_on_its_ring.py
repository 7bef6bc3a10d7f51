import numpy as np

from sim import Task
from sim.geometry import apply


class BallOnItsRing(Task):
    """First a ring is brought onto the slab; then a ball is set on the ring and rests in its hole."""

    pos_eps = 0.015

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.12, 0.12, 0.005), "red")
        size = (0.065, 0.065, 0.02)
        ring = self.lay(env, self.fill_template("kitting/object-template.urdf", {"FNAME": 16, "DIM": size}), size, "yellow")
        ball = self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "blue")
        self.aim([ring], [(apply(slab, (0, 0, 0.0125)), slab[1])], "bring the yellow ring onto the red stand", 0.5)
        self.aim([ball], [apply(slab, (0, 0, 0.033))], "rest the blue ball on the yellow ring", 0.5)

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
