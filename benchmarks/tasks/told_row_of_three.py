import numpy as np

from sim import Task
from sim.geometry import apply

ORDER = ("red", "yellow", "green")


class ToldRowOfThree(Task):
    """A traffic light that grows along a line: the red block comes next to the gray end stop, the yellow one next to
    the red one, the green one next to the yellow one."""

    def reset(self, env):
        super().reset(env)
        line = self.get_random_pose(env, (0.26, 0.05, 0.0))
        env.add_object(
            self.fill_template("line/line-template.urdf", {"DIM": (0.26, 0.01, 0.001)}), line, "fixed", color="black"
        )
        end_stop = (apply(line, (-0.1, 0.0, 0.02)), line[1])
        env.add_object("block/block_for_anchors.urdf", end_stop, "fixed", color="gray")

        neighbour = "gray"
        x = -0.1
        for color in ORDER:
            x += 0.06
            block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color=color)
            self.add_goal(
                objs=[block],
                matches=np.ones((1, 1)),
                targ_poses=[(apply(line, (x, 0.0, 0.02)), line[1])],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=1 / 3,
                language_goal=f"put the {color} block on the black line, next to the {neighbour} block",
            )
            neighbour = color
