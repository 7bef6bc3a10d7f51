import numpy as np

from sim import Task
from sim.geometry import apply


class Carriages(Task):
    """Three long boxes form a train on the track."""

    def reset(self, env):
        super().reset(env)
        long = 0.09
        track = self.landmark(env, self.sized("line", 0.3, 0.02, 0.001), (0.32, 0.05, 0.0), "gray")
        cars = [self.lay(env, self.sized("box", long, 0.035, 0.03), (long, 0.035, 0.03), "cyan") for _ in range(3)]
        spots = [(apply(track, (k * (long + 0.003), 0, 0.015)), track[1]) for k in (-1, 0, 1)]
        self.aim(cars, spots, "lay the three cyan boxes end to end on the gray line", turn=np.pi)

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
