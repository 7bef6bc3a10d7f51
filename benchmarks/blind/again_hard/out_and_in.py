import numpy as np

from sim import Task
from sim.geometry import apply


class OutAndIn(Task):
    """The ball leaves the crate for the dish, and the can takes its place."""

    pos_eps = 0.04

    def reset(self, env):
        super().reset(env)
        dish = self.landmark(env, "bowl/bowl.urdf", (0.12, 0.12, 0.0), "pink")
        crate = self.landmark(env, self.sized("container", 0.13, 0.13, 0.05), (0.13, 0.13, 0.05), "white")
        ball = env.add_object("ball/ball.urdf", apply(crate, (0, 0, 0.0)), color="green")
        can = self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "red")
        self.aim([ball], [dish], "bring the green ball from the white container to the pink bowl", 0.5)
        self.aim([can], [apply(crate, (0, 0, 0))], "set the red cylinder into the white container", 0.5)

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
