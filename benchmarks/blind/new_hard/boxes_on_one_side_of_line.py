import numpy as np

from sim import Task
from sim.geometry import apply


class BoxesOnOneSideOfLine(Task):
    """Two boxes lie parallel to the line, both on the same side of it."""

    def reset(self, env):
        super().reset(env)
        line = self.landmark(env, self.sized("line", 0.24, 0.02, 0.001), (0.26, 0.24, 0.0), "yellow")
        size = (0.12, 0.03, 0.03)
        boxes = [self.lay(env, self.sized("box", *size), size, "gray") for _ in range(2)]
        self.aim(boxes, [(apply(line, (0, y, 0.015)), line[1]) for y in (0.04, 0.085)], "lay the two gray boxes side by side next to the yellow line, parallel to it", turn=np.pi)

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
