import numpy as np

from sim import Task
from sim.geometry import apply


class Kerbs(Task):
    """Two kerbs lie along a road that is drawn as a strip, one to its left and one to its right."""

    def reset(self, env):
        super().reset(env)
        road = self.landmark(env, self.sized("line", 0.24, 0.02, 0.001), (0.26, 0.16, 0.0), "red")
        size = (0.13, 0.03, 0.03)
        kerbs = [self.lay(env, self.sized("box", *size), size, "white") for _ in range(2)]
        self.aim(kerbs, [(apply(road, (0, y, 0.015)), road[1]) for y in (-0.05, 0.05)], "place the two white boxes parallel to the red line, one on each side of it", turn=np.pi)

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
