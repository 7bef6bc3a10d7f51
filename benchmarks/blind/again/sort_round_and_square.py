import numpy as np

from sim import Task
from sim.geometry import apply


class SortRoundAndSquare(Task):
    """The round thing goes into the dish first, the two cubes go into the crate second."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        crate = self.landmark(env, self.sized("container", 0.15, 0.12, 0.05), (0.15, 0.12, 0.05), "blue")
        dish = self.landmark(env, "bowl/bowl.urdf", (0.12, 0.12, 0.0), "green")
        ball = self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "orange")
        cubes = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "orange") for _ in range(2)]
        self.aim([ball], [dish], "put the orange ball into the green bowl", 0.4)
        self.aim(cubes, [(apply(crate, (x, 0, 0)), crate[1]) for x in (-0.03, 0.03)], "put the two orange blocks into the blue container", 0.6)

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
