import numpy as np

from sim import Task
from sim.geometry import apply


class TinsCollected(Task):
    """Tins are gathered on the pad."""

    def reset(self, env):
        super().reset(env)
        pad = self.landmark(env, "zone/zone.urdf", (0.2, 0.2, 0.0), "black", scale=0.9)
        tins = [self.lay(env, "cylinder/cylinder.urdf", (0.04, 0.04, 0.06), "green") for _ in range(4)]
        spots = [apply(pad, (x, y, 0.03)) for x, y in ((0, 0), (0.06, 0), (-0.035, 0.05), (-0.035, -0.05))]
        self.add_goal(objs=tins, matches=np.ones((4, 4)), targ_poses=spots, replace=False, rotations=True, metric="zone",
                      params=[(pad, (0.18, 0.18, 0.0))] * 4, step_max_reward=1.0, language_goal="bring the green cylinders onto the black zone")

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
