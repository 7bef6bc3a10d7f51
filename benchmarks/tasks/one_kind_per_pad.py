"""Three things, three pads."""

import numpy as np

from sim import Task

PADS = ("red", "green", "blue")
THINGS = (("block", "block/block.urdf", 0.04), ("ball", "ball/ball.urdf", 0.04), ("cylinder", "cylinder/cylinder.urdf", 0.06))


class OneKindPerPad(Task):
    """The block, the ball and the cylinder are all of one colour. Each goes onto a pad of its own, in this order:
    the block onto the red pad, the ball onto the green pad, the cylinder onto the blue pad."""

    pos_eps = 0.03

    def reset(self, env):
        super().reset(env)
        size = (0.10, 0.10, 0.0)
        for pad_color, (noun, urdf, height) in zip(PADS, THINGS, strict=True):
            pad = self.get_random_pose(env, size)
            env.add_object("zone/zone.urdf", pad, category="fixed", color=pad_color, scale=0.5)
            thing = env.add_object(urdf, self.get_random_pose(env, (0.04, 0.04, height)), color="white")
            (x, y, _), turn = pad
            self.add_goal(
                objs=[thing],
                matches=np.ones((1, 1)),
                targ_poses=[((x, y, height / 2), turn)],
                replace=False,
                rotations=True,
                metric="zone",
                params=[(pad, size)],
                step_max_reward=1 / 3,
                language_goal=f"move the white {noun} to the {pad_color} square",
            )
