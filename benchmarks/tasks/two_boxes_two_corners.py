import numpy as np

from sim import Task

SIZES = {"blue": (0.09, 0.05, 0.04), "pink": (0.06, 0.06, 0.03)}


class TwoBoxesTwoCorners(Task):
    """Align two boxes, first the blue one with the white corner mark, then the pink one with the gray one.

    The marks have the sizes of their boxes.
    """

    def reset(self, env):
        super().reset(env)
        for color, mark_color in zip(SIZES, ("white", "gray")):
            size = SIZES[color]
            target = self.get_random_pose(env, size)
            mark = self.fill_template("corner/corner-template.urdf", {"DIM": size})
            env.add_object(mark, ((target[0][0], target[0][1], 0), target[1]), category="fixed", color=mark_color)
            box = self.fill_template("box/box-template.urdf", {"DIM": size})
            box_id = env.add_object(box, self.get_random_pose(env, size), color=color)
            self.add_goal(
                objs=[box_id],
                matches=np.ones((1, 1)),
                targ_poses=[target],
                replace=False,
                rotations=True,
                metric="pose",
                params=None,
                step_max_reward=0.5,
                language_goal=f"align the {color} box with the {mark_color} corner",
            )
