import math

import numpy as np

from sim import Task
from sim.geometry import apply


class CrossedTimber(Task):
    """Timber is stacked crosswise in three layers of two parallel beams."""

    max_steps = 10

    def reset(self, env):
        super().reset(env)
        slab = self.landmark(env, "stacking/stand.urdf", (0.14, 0.14, 0.005), "white")
        size = (0.11, 0.025, 0.025)
        hues = ["red", "yellow", "blue"]
        under = ["white stand", "red boxes", "yellow boxes"]
        beams = [[self.lay(env, self.sized("box", *size), size, hue) for _ in range(2)] for hue in hues]
        for n, pair in enumerate(beams):
            z = 0.0025 + 0.025 * (n + 0.5)
            if n % 2:
                turn, offsets = (0, 0, math.sin(math.pi / 4), math.cos(math.pi / 4)), [(-0.035, 0, z), (0.035, 0, z)]
            else:
                turn, offsets = (0, 0, 0, 1), [(0, -0.035, z), (0, 0.035, z)]
            spots = [(apply(slab, o), self.turned(slab[1], turn)) for o in offsets]
            self.aim(pair, spots, f"lay the two {hues[n]} boxes parallel to each other on the {under[n]}", 1 / 3, np.pi)

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
