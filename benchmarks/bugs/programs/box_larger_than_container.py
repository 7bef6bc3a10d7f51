import numpy as np

from sim import Task
from sim.geometry import apply


class PackTheBoxes(Task):
    """Pack a large and a small box side by side into the container."""

    max_steps = 6
    pos_eps = 0.02

    def reset(self, env):
        super().reset(env)
        size = (0.2, 0.14, 0.05)
        container_pose = self.get_random_pose(env, size)
        container = self.fill_template("container/container-template.urdf", {"DIM": size})
        env.add_object(container, container_pose, category="fixed", color="brown")

        sizes = [(0.25, 0.08, 0.04), (0.05, 0.08, 0.04)]
        offsets = [-0.035, 0.06]
        colors = ["cyan", "pink"]
        boxes, targets = [], []
        for box_size, x, color in zip(sizes, offsets, colors):
            urdf = self.fill_template("box/box-template.urdf", {"DIM": box_size})
            pose = self.get_random_pose(env, box_size)
            boxes.append(env.add_object(urdf, pose, color=color))
            targets.append((apply(container_pose, (x, 0, -0.002)), container_pose[1]))

        self.add_goal(
            objs=boxes,
            matches=np.eye(2),
            targ_poses=targets,
            replace=False,
            rotations=True,
            metric="zone",
            params=[(container_pose, size)] * 2,
            step_max_reward=1.0,
            language_goal="pack the cyan box and the pink box into the brown container",
        )
