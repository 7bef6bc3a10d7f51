"""Packing task."""

import os

import numpy as np
import pybullet as p
from ravens.tasks.task import Task
from ravens.utils import utils


class PackingHalves(Task):
    """Packing task."""

    def __init__(self):
        super().__init__()
        self.max_steps = 10

    def reset(self, env):
        super().reset(env)

        # Container.
        zone_size = (0.2, 0.12, 0.05)
        zone_pose = self.get_random_pose(env, zone_size)
        half = np.float32(zone_size) / 2
        container_urdf = self.fill_template("container/container-template.urdf", {"DIM": zone_size, "HALF": half})
        env.add_object(container_urdf, zone_pose, "fixed")
        if os.path.exists(container_urdf):
            os.remove(container_urdf)

        class Node:
            """One part of the container."""

            def __init__(self, bbox):
                self.bbox = bbox
                self.children = []

        # Cut it into two parts, and put a box into each.
        root = Node(np.array([0.02, 0.02, 0.005, 0.18, 0.1, 0.05]))
        cut = np.random.uniform(0.08, 0.12)
        low, high = root.bbox.copy(), root.bbox.copy()
        low[3], high[0] = cut - 0.01, cut + 0.01
        root.children = [Node(low), Node(high)]

        colors = [utils.COLORS[c] for c in utils.COLORS if c != "brown"]
        object_ids, object_points = [], {}
        for node in root.children:
            size = node.bbox[3:] - node.bbox[:3]
            position = size / 2.0 + node.bbox[:3]
            position[0] += -zone_size[0] / 2
            position[1] += -zone_size[1] / 2
            position[2] += -zone_size[2] / 2
            pose = utils.multiply(zone_pose, (position, (0, 0, 0, 1)))
            urdf = self.fill_template("box/box-template.urdf", {"DIM": size})
            box_id = env.add_object(urdf, pose)
            os.remove(urdf)
            object_ids.append((box_id, (0, None)))
            icolor = np.random.choice(range(len(colors)), 1).squeeze()
            p.changeVisualShape(box_id, -1, rgbaColor=colors[icolor] + [1])
            object_points[box_id] = self.get_object_points(box_id)

        # Take them out again, and remember where they were.
        true_poses = []
        for object_id, _ in object_ids:
            true_pose = p.getBasePositionAndOrientation(object_id)
            object_size = p.getVisualShapeData(object_id)[0][3]
            pose = self.get_random_pose(env, object_size)
            p.resetBasePositionAndOrientation(object_id, pose[0], pose[1])
            true_poses.append(true_pose)

        self.goals.append(
            (
                object_ids,
                np.eye(len(object_ids)),
                true_poses,
                False,
                True,
                "zone",
                (object_points, [(zone_pose, zone_size)]),
                1,
            )
        )
