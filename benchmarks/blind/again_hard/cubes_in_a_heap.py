import numpy as np

from sim import Task
from sim.geometry import apply


class CubesInAHeap(Task):
    """All three cubes are brought onto the square; where on it does not matter."""

    def reset(self, env):
        super().reset(env)
        square = self.landmark(env, "zone/zone.urdf", (0.18, 0.18, 0.0), "pink", scale=0.9)
        cubes = [self.lay(env, "block/block.urdf", (0.04, 0.04, 0.04), "gray") for _ in range(3)]
        targets = [(apply(square, (0.0, y, 0.02)), square[1]) for y in (0.045, 0.0, -0.045)]
        self.add_goal(objs=cubes, matches=np.ones((3, 3)), targ_poses=targets, replace=False, rotations=True, metric="zone",
                      params=[(square, (0.18, 0.18, 0.0))] * 3, step_max_reward=1.0, language_goal="bring the three gray blocks onto the pink zone")

    def lay(self, env, urdf, room, color, **more):
        """Adds one thing at a free place."""
        return env.add_object(urdf, self.get_random_pose(env, room), color=color, **more)

    def landmark(self, env, urdf, room, color, held=None, **more):
        """Adds something that stays; gives the pose of the middle of its room."""
        pose = self.get_random_pose(env, room)
        env.add_object(urdf, pose, category="fixed", color=color, **more)
        return pose
