"""Rope task."""

import os

import numpy as np
import pybullet as p
from ravens.tasks.task import Task
from ravens.utils import utils


class CloseTheSquare(Task):
    """Rope task."""

    def __init__(self):
        super().__init__()
        self.max_steps = 20
        self.pos_eps = 0.02

    def reset(self, env):
        super().reset(env)

        n_parts = 20
        radius = 0.005
        length = 2 * radius * n_parts * np.sqrt(2)

        # Three sides of a square.
        square_size = (length, length, 0)
        square_pose = self.get_random_pose(env, square_size)
        replace = {"DIM": (length,), "HALF": (length / 2 - 0.005,)}
        urdf = self.fill_template("square/square-template.urdf", replace)
        env.add_object(urdf, square_pose, "fixed")
        os.remove(urdf)

        # Its open side.
        corner0 = utils.apply(square_pose, (length / 2, length / 2, 0.001))
        corner1 = utils.apply(square_pose, (-length / 2, length / 2, 0.001))

        # The rope: beads on a string.
        increment = (np.float32(corner1) - np.float32(corner0)) / n_parts
        position, _ = self.get_random_pose(env, (0.1, 0.1, 0.1))
        position = np.float32(position)
        part_shape = p.createCollisionShape(p.GEOM_BOX, halfExtents=[radius] * 3)
        part_visual = p.createVisualShape(p.GEOM_SPHERE, radius=radius * 1.5)
        parent_id = -1
        targets, objects = [], []
        for i in range(n_parts):
            position[2] += np.linalg.norm(increment)
            part_id = p.createMultiBody(0.1, part_shape, part_visual, basePosition=position)
            if parent_id > -1:
                constraint_id = p.createConstraint(
                    parentBodyUniqueId=parent_id,
                    parentLinkIndex=-1,
                    childBodyUniqueId=part_id,
                    childLinkIndex=-1,
                    jointType=p.JOINT_POINT2POINT,
                    jointAxis=(0, 0, 0),
                    parentFramePosition=(0, 0, np.linalg.norm(increment)),
                    childFramePosition=(0, 0, 0),
                )
                p.changeConstraint(constraint_id, maxForce=100)
            if 0 < i < n_parts - 1:
                p.changeVisualShape(part_id, -1, rgbaColor=utils.COLORS["red"] + [1])
            env.obj_ids["rigid"].append(part_id)
            parent_id = part_id
            target_xyz = np.float32(corner0) + i * increment + increment / 2
            objects.append((part_id, (0, None)))
            targets.append((target_xyz, (0, 0, 0, 1)))

        matches = np.clip(np.eye(n_parts) + np.eye(n_parts)[::-1], 0, 1)
        self.goals.append((objects, matches, targets, False, False, "pose", None, 1))

        for _ in range(480):
            p.stepSimulation()
