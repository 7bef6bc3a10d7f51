"""Two blocks change places over a third place."""

import numpy as np

from sim import Task

PLACE = (0.08, 0.08, 0.0)


class SwapTwoBlocks(Task):
    """The red block lies on the yellow zone and the blue block on the green zone. Swap them by way of the white zone:
    the red block waits there while the blue one moves."""

    pos_eps = 0.02
    max_steps = 6

    def reset(self, env):
        super().reset(env)
        zones = {}
        for color in ("yellow", "green", "white"):
            zones[color] = self.get_random_pose(env, PLACE)
            env.add_object("zone/zone.urdf", zones[color], category="fixed", color=color, scale=0.4)
        red = env.add_object("block/block.urdf", self.above(zones["yellow"]), color="red")
        blue = env.add_object("block/block.urdf", self.above(zones["green"]), color="blue")

        moves = [(red, "red", "white"), (blue, "blue", "yellow"), (red, "red", "green")]
        for block, block_color, zone_color in moves:
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[self.above(zones[zone_color])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                symmetries=[0],
                language_goal=f"move the {block_color} block onto the {zone_color} zone",
            )

    @staticmethod
    def above(zone):
        (x, y, _), turn = zone
        return (x, y, 0.02), turn
