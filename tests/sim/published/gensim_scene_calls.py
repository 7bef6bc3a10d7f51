import numpy as np
import os
import pybullet as p
import random
from cliport.tasks import primitives
from cliport.tasks.grippers import Spatula
from cliport.tasks.task import Task
from cliport.utils import utils


class RecolouredByTheScene(Task):
    """Calls to the scene and the physics engine that only colour, ask and compute."""

    def __init__(self):
        super().__init__()
        self.max_steps = 4
        self.lang_template = "put the pink block on the stand"
        self.task_completed_desc = "done."
        self.additional_reset()

    def reset(self, env):
        super().reset(env)
        assert env.task is self
        stand_pose = self.get_random_pose(env, (0.12, 0.12, 0.005))
        stand = env.add_object(os.path.join(self.assets_root, "stacking/stand.urdf"), stand_pose, "fixed")
        env.obj_ids["fixed"].append(stand)
        block = env.add_object("block/block.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)))
        env.set_color(block, utils.COLORS["pink"])
        for joint in range(p.getNumJoints(block)):
            p.changeVisualShape(block, joint, rgbaColor=[0, 0, 0, 1])
        p.changeDynamics(block, -1, lateralFriction=0.9)
        p.stepSimulation()
        low, high = p.getAABB(stand)
        position, rotation = p.getBasePositionAndOrientation(stand)
        centre, _ = p.multiplyTransforms(position, rotation, (0, 0, (high[2] - low[2]) / 2 + 0.02), (0, 0, 0, 1))
        yaw = p.getEulerFromQuaternion(rotation)[2]
        self.add_goal(
            objs=[block],
            matches=np.ones((1, 1)),
            targ_poses=[(centre, p.getQuaternionFromEuler([0, 0, yaw]))],
            replace=False,
            rotations=True,
            metric="pose",
            params=None,
            step_max_reward=1,
            symmetries=[np.pi / 2],
            language_goal=self.lang_template,
        )
