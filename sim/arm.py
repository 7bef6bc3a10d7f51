"""The arm: is a place within its reach, and how does it stand there?

A UR5e (from `airo-models`, MIT) with a suction cup that points straight down, standing at the world's origin. It has a
physics client of its own, so that the world of the objects steps without it. With a cup of 8 cm it reaches the whole
workspace at the table, and all but its two far corners at a height of 25 cm.
"""

from __future__ import annotations

import functools
import math
import re
import tempfile
from pathlib import Path

from sim.layout import Vector3
from sim.world import connect, quiet

SUCTION_LENGTH = 0.08  # metres from the flange to the rim of the suction cup
REACH_ERROR = 0.002  # metres
HOME = (0.0, -0.5 * math.pi, 0.5 * math.pi, -0.5 * math.pi, -0.5 * math.pi, 0.0)
_TOOL_LINK = "tool0"
_SEGMENTS = 12

Joints = tuple[float, ...]


@functools.cache
def arm_urdf() -> str:
    """Path of the arm's URDF, with the light collision meshes standing in for the heavy visual ones."""
    import airo_models

    source = Path(airo_models.get_urdf_path("ur5e"))
    text = source.read_text(encoding="utf-8").replace("visual/base_cable_labels.obj", "visual/base.obj")
    text = re.sub(r'filename="(visual|collision)/', f'filename="{source.parent.as_posix()}/collision/', text)
    folder = _arm_folder()
    path = Path(folder.name) / "arm.urdf"
    path.write_text(text, encoding="utf-8")
    return str(path)


@functools.cache
def _arm_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="simsmith-arm-")


class Arm:
    """Inverse kinematics of the arm with its suction cup pointing straight down."""

    def __init__(self) -> None:
        self.client = connect()
        with quiet():
            self.body = self.client.loadURDF(arm_urdf(), useFixedBase=True)
        infos = [self.client.getJointInfo(self.body, joint) for joint in range(self.client.getNumJoints(self.body))]
        self.joints = [info[0] for info in infos if info[2] == self.client.JOINT_REVOLUTE]
        self.tool = next(info[0] for info in infos if info[12].decode() == _TOOL_LINK)
        self._solve = functools.lru_cache(maxsize=4096)(self._inverse_kinematics)

    def reach(self, tip: Vector3, yaw: float = 0.0) -> Joints | None:
        """Joint angles that bring the cup to `tip` (m), pointing down, turned by `yaw`; None: out of reach."""
        return self._solve(*(round(value, 4) for value in tip), round(yaw, 3))

    def _inverse_kinematics(self, x: float, y: float, z: float, yaw: float) -> Joints | None:
        # The search starts from the home pose, turned towards the target: an answer depends on the question only.
        target = (x, y, z + SUCTION_LENGTH)
        rotation = self.client.getQuaternionFromEuler((math.pi, 0.0, yaw))
        angles = (math.atan2(y, x), *HOME[1:])
        for _ in range(_SEGMENTS):
            self._set(angles)
            angles = self.client.calculateInverseKinematics(
                self.body, self.tool, target, rotation, maxNumIterations=100, residualThreshold=1e-5
            )
            self._set(angles)
            position = self.client.getLinkState(self.body, self.tool, computeForwardKinematics=True)[4]
            if math.dist(position, target) < REACH_ERROR:
                return tuple(float(angle) for angle in angles)
        return None

    def _set(self, angles: Joints) -> None:
        for joint, angle in zip(self.joints, angles, strict=True):
            self.client.resetJointState(self.body, joint, angle)


@functools.cache
def shared_arm() -> Arm:
    """The process's arm: its answers do not depend on what was asked before."""
    return Arm()
