import numpy as np

from sim import LayoutBuilder, Task
from sim.geometry import apply

LENGTH = 0.28
POST = 0.04
GAP = 0.03


class RopeBetweenPosts(Task):
    """Stretch the rope from one post to the other, so that it connects them in a straight line."""

    pos_eps = 0.02
    max_steps = 25

    def reset(self, env: LayoutBuilder) -> None:
        super().reset(env)
        middle = self.get_random_pose(env, (LENGTH + 2 * GAP + 2 * POST, POST, 0.0))
        for side in (-1, 1):
            post = (apply(middle, (side * (LENGTH / 2 + GAP + POST / 2), 0.0, POST / 2)), middle[1])
            env.add_object("block/block_for_anchors.urdf", post, category="fixed", color="brown")
        ends = [apply(middle, (side * LENGTH / 2, 0.0, 0.0)) for side in (-1, 1)]
        beads, targets, matches = self.make_ropes(env, corners=ends, color_name="yellow")
        self.add_goal(
            objs=beads,
            matches=matches,
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            language_goal="stretch the yellow rope straight between the two brown blocks",
        )
