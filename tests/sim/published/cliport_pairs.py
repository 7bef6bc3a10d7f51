"""Packing pairs."""

import os

import numpy as np
from cliport.tasks.task import Task
from cliport.utils import utils


class PackPairs(Task):
    """Pack all boxes of one colour into the brown box."""

    def __init__(self):
        super().__init__()
        self.max_steps = 20
        self.lang_template = "pack all the {colors} boxes in the brown box"
        self.task_completed_desc = "done packing boxes."

    def reset(self, env):
        super().reset(env)
        zone_size = (0.24, 0.18, 0.05)
        zone_pose = self.get_random_pose(env, zone_size)
        container_template = os.path.join(self.assets_root, "container/container-template.urdf")
        half = np.float32(zone_size) / 2
        container_urdf = self.fill_template(container_template, {"DIM": zone_size, "HALF": half})
        env.add_object(container_urdf, zone_pose, "fixed", color=utils.COLORS["brown"])
        if os.path.exists(container_urdf):
            os.remove(container_urdf)

        colors, names = utils.get_colors(self.mode, n_colors=3)
        colors = [color for color, name in zip(colors, names) if name != "brown"]
        names = [name for name in names if name != "brown"]

        places = [(-0.06, 0, 0), (0.06, 0, 0)]
        object_points, objects, targets = {}, [], []
        box_size = (0.06, 0.05, 0.04)
        for number in range(4):
            urdf = self.fill_template("box/box-template.urdf", {"DIM": box_size, "HALF": np.float32(box_size) / 2})
            pose = self.get_random_pose(env, box_size)
            box_id = env.add_object(urdf, pose, color=colors[0 if number < 2 else 1])
            if number < 2:
                objects.append((box_id, (np.pi, None)))
                object_points[box_id] = self.get_object_points(box_id)
                targets.append((utils.apply(zone_pose, places[number]), zone_pose[1]))

        self.goals.append(
            (objects, np.eye(2), targets, False, True, "zone", (object_points, [(zone_pose, zone_size)]), 1)
        )
        self.lang_goals.append(self.lang_template.format(colors=names[0]))
