"""The stage: a scene to be looked at, with the arm and its tool; for pictures, films and windows.

Nothing moves on it by physics. Objects, arm and tool are put where they were at some moment of an episode that happens
elsewhere, so that looking cannot disturb it. Lengths are metres, angles radians.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arm import HOME, SUCTION_LENGTH, Joints, arm_urdf, shared_arm
from sim.geometry import multiply, wrap, yaw_quaternion
from sim.layout import IDENTITY, Layout, Pose, Vector3
from sim.render import Camera, render
from sim.spatula import BLADE
from sim.world import World, quiet

REST: Vector3 = (0.30, 0.0, 0.36)  # where the tool's tip is before the first action
SMOOTHING = 2  # the renderer draws hard edges; a picture is drawn larger and averaged
PERSON = Camera((480, 640), 697.0, (1.48, -0.15, 0.86), (0.42, 0.02, 0.06), far=5.0)
AUDIENCE = Camera((360, 480), 485.0, (1.6, -0.3, 1.05), (0.36, 0.0, 0.2), far=5.0)  # sees all of the arm
DARK, ORANGE, STEEL = (0.2, 0.2, 0.22, 1.0), (0.85, 0.45, 0.15, 1.0), (0.5, 0.53, 0.58, 1.0)


class Stage:
    """A layout's objects, the arm, and the tool of the layout's motion primitive.

    Args:
        layout: What is on the table.
        poses: Where the objects are, instead of the layout's poses.
        client: The physics client to build it in; one of its own when none is given.
    """

    def __init__(self, layout: Layout, poses: Mapping[int, Pose] | None = None, client: Any = None) -> None:
        self.world = World(layout, dict(poses or {}), client)
        self._at = {spec.id: (poses or {}).get(spec.id, spec.pose) for spec in layout.objects}
        client = self.world.client
        with quiet():
            self._arm = client.loadURDF(arm_urdf(), useFixedBase=True)
        infos = [client.getJointInfo(self._arm, joint) for joint in range(client.getNumJoints(self._arm))]
        self._joints = [info[0] for info in infos if info[2] == client.JOINT_REVOLUTE]
        for link in range(-1, len(infos)):
            shade = 0.62 if link % 2 else 0.78
            client.changeVisualShape(self._arm, link, rgbaColor=(shade, shade, shade + 0.03, 1.0))
        self._flange = len(infos) - 2
        self._tool = self._spatula() if layout.primitive == "push" else self._cup()
        self.reach(REST)

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.close()

    def put(self, poses: Mapping[int, Pose]) -> None:
        """Puts objects where they are now."""
        for handle, pose in poses.items():
            if pose != self._at[handle]:
                self.world.put(handle, pose)
                self._at[handle] = pose

    def reach(self, tip: Vector3, yaw: float = 0.0) -> None:
        """Brings the tool's tip to a place; where that is out of reach, as near to it as the arm comes."""
        # A blade that is turned by half a turn is the same blade; the wrist need not follow.
        turned = yaw - math.pi * round(yaw / math.pi) if self.world.layout.primitive == "push" else wrap(yaw)
        nearer = (tuple(value * 0.98**count for value in tip) for count in range(50))
        reached = (shared_arm().reach(point, turned) for point in nearer)  # type: ignore[arg-type]
        self.bend(next((joints for joints in reached if joints), HOME), turned)

    def bend(self, joints: Joints, yaw: float = 0.0) -> None:
        """Sets the arm's joints; the tool hangs straight down from the flange, turned by `yaw`."""
        client = self.world.client
        for joint, angle in zip(self._joints, joints, strict=True):
            client.resetJointState(self._arm, joint, angle)
        flange = tuple(client.getLinkState(self._arm, self._flange, computeForwardKinematics=True)[4])
        for body, drop in self._tool:
            pose = multiply((flange, yaw_quaternion(yaw)), ((0.0, 0.0, -drop), IDENTITY))
            client.resetBasePositionAndOrientation(body, *pose)

    def look(self, camera: Camera = PERSON) -> NDArray[np.uint8]:
        """The scene as a person would see it, (rows, columns, 3) uint8."""
        from PIL import Image

        fine = Image.fromarray(render(self.world, camera.scaled(SMOOTHING)).color)
        smooth: NDArray[np.uint8] = np.asarray(fine.reduce(SMOOTHING)).copy()
        return smooth

    # -- tools: bodies, each with how far its middle is below the flange ---------------------------------------------

    def _cup(self) -> list[tuple[int, float]]:
        cut = 0.8 * SUCTION_LENGTH
        return [
            (self._cylinder(0.018, cut, DARK), cut / 2),
            (self._cylinder(0.014, SUCTION_LENGTH - cut, ORANGE), (cut + SUCTION_LENGTH) / 2),
        ]

    def _spatula(self) -> list[tuple[int, float]]:
        client, handle = self.world.client, SUCTION_LENGTH - BLADE[2]
        half = [length / 2 for length in BLADE]
        blade = client.createVisualShape(client.GEOM_BOX, halfExtents=half, rgbaColor=STEEL)
        return [
            (self._cylinder(0.016, handle, DARK), handle / 2),
            (client.createMultiBody(0, -1, blade), handle + BLADE[2] / 2),
        ]

    def _cylinder(self, radius: float, length: float, color: tuple[float, ...]) -> int:
        client = self.world.client
        shape = client.createVisualShape(client.GEOM_CYLINDER, radius=radius, length=length, rgbaColor=color)
        return int(client.createMultiBody(0, -1, shape))
