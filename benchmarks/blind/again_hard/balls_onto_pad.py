import numpy as np

from sim import Task
from sim.geometry import apply


class BallsOntoPad(Task):
    """Two balls of the same colour come to rest on the pad; the third ball has another colour and stays away."""

    def reset(self, env):
        super().reset(env)
        pad = self.landmark(env, "zone/zone.urdf", (0.18, 0.18, 0.0), "yellow", scale=0.85)
        two = [self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "purple") for _ in range(2)]
        self.lay(env, "ball/ball.urdf", (0.04, 0.04, 0.04), "cyan")
        spots = [apply(pad, (s * 0.035, s * 0.035, 0.02)) for s in (-1, 1)]
        self.add_goal(objs=two, matches=np.ones((2, 2)), targ_poses=spots, replace=False, rotations=True, metric="zone",
                      params=[(pad, (0.17, 0.17, 0.0))] * 2, step_max_reward=1.0, language_goal="put the two purple balls on the yellow zone")

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
