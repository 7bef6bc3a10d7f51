import numpy as np

from sim import Task


class BoxIntoCorner(Task):
    """Align the orange box with the corner mark."""

    max_steps = 4

    def reset(self, env):
        super().reset(env)
        box_size = (0.1, 0.06, 0.04)
        target = self.get_random_pose(env, box_size)
        (x, y, _), rotation = target
        corner_urdf = self.fill_template("corner/corner-template.urdf", {"DIM": box_size})
        env.add_object(corner_urdf, ((x, y, 0.0), rotation), category="fixed", color="black")

        box_urdf = self.fill_template("box/box-template.urdf", {"DIM": (0.1, 0.06)})
        box_pose = self.get_random_pose(env, box_size)
        box = env.add_object(box_urdf, box_pose, color="orange")

        self.add_goal(
            objs=[box],
            matches=np.ones((1, 1)),
            targ_poses=[target],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1.0,
            symmetries=[np.pi],
            language_goal="align the orange box with the black corner",
        )
