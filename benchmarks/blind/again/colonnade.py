import numpy as np

from sim import Task
from sim.geometry import apply


class Colonnade(Task):
    """A colonnade: four pillars at even gaps on the drawn strip."""

    def reset(self, env):
        super().reset(env)
        strip = self.landmark(env, self.sized("line", 0.28, 0.02, 0.001), (0.3, 0.06, 0.0), "purple")
        pillars = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "white") for _ in range(4)]
        feet = [apply(strip, (along, 0.0, 0.03)) for along in np.linspace(-0.11, 0.11, 4)]
        self.aim(pillars, feet, "set up the four white cylinders along the purple line in a row")
        self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "orange")

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
