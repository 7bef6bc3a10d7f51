import math

import numpy as np

from sim import Task
from sim.geometry import apply


class SleepersOnLine(Task):
    """Three long boxes lie side by side across the line, like sleepers."""

    def reset(self, env):
        super().reset(env)
        line = self.landmark(env, self.sized("line", 0.28, 0.02, 0.001), (0.3, 0.1, 0.0), "white")
        size = (0.08, 0.035, 0.03)
        boxes = [self.lay(env, self.sized("box", *size), size, "red") for _ in range(3)]
        across = self.turned(line[1], (0, 0, math.sin(math.pi / 4), math.cos(math.pi / 4)))
        self.aim(boxes, [(apply(line, (x, 0, 0.015)), across) for x in (-0.08, 0, 0.08)], "lay the three red boxes across the white line, one behind the other", turn=np.pi)

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

    def turned(self, first, second):
        """The product of two turns about the upright axis."""
        angle = 2 * (math.atan2(first[2], first[3]) + math.atan2(second[2], second[3]))
        return (0.0, 0.0, math.sin(angle / 2), math.cos(angle / 2))
