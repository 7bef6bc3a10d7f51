"""The pybullet that a published file sees: a dozen calls, which act on the recorded scene. No physics runs.

A layout is objects at poses. What the calls change of that (poses, colours, new bodies, beads tied to a rope) is
recorded; time does not pass; what a layout cannot hold is a finding, not silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim import geometry
from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.geometry import as_loose_pose, euler_quaternion, rotate
from sim.layout import IDENTITY, Pose, Quaternion, Vector3
from sim.published.scene import PublishedScene
from sim.task import FilledAsset

Shape = tuple[str, Vector3, object]  # template, size (m), colour


class Bullet:
    """Names, arguments and results as in PyBullet, for bodies that are handles of the scene."""

    GEOM_BOX = "box/box-template.urdf"
    GEOM_SPHERE = "sphere/sphere-template.urdf"
    GEOM_CYLINDER = "cylinder/cylinder-template.urdf"
    JOINT_POINT2POINT = "point to point"

    def __init__(self, scene: PublishedScene) -> None:
        self._scene = scene
        self._shapes: list[Shape] = []

    # -- bodies --------------------------------------------------------------------------------------------------

    def getBasePositionAndOrientation(self, bodyUniqueId: int) -> Pose:
        """Where a body stands."""
        return self._scene.get_object_pose(bodyUniqueId)

    def resetBasePositionAndOrientation(self, bodyUniqueId: int, posObj: Sequence[float], ornObj: Any) -> None:
        """Puts a body elsewhere."""
        self._scene.move(bodyUniqueId, (posObj, ornObj))

    def changeVisualShape(
        self, objectUniqueId: int, linkIndex: int = -1, shapeIndex: int = -1, rgbaColor: object = None
    ) -> None:
        """Gives a body another colour."""
        if rgbaColor is not None:
            self._scene.recolor(objectUniqueId, rgbaColor)

    def getVisualShapeData(self, objectUniqueId: int) -> list[tuple[Any, ...]]:
        """One row: body, link, kind, size (m), file, local position and rotation, colour."""
        spec = self._scene.added(objectUniqueId)
        rgba = (*(spec.rgb or (1.0, 1.0, 1.0)), 1.0)
        return [(spec.id, -1, spec.asset, spec.size, b"", (0.0, 0.0, 0.0), IDENTITY, rgba)]

    def getCollisionShapeData(self, objectUniqueId: int, linkIndex: int = -1) -> list[tuple[Any, ...]]:
        """One row: body, link, kind, size (m), file, local position and rotation."""
        return [row[:7] for row in self.getVisualShapeData(objectUniqueId)]

    def getAABB(self, bodyUniqueId: int, linkIndex: int = -1) -> tuple[Vector3, Vector3]:
        """Lowest and highest corner of the box around a body."""
        spec = self._scene.added(bodyUniqueId)
        (x, y, z), rotation = spec.pose
        z += spec.size[2] / 2 - find_asset(spec.asset).standing_height(spec.size)
        axes = [rotate(rotation, axis) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
        a, b, c = (
            sum(abs(axis[side]) * length / 2 for axis, length in zip(axes, spec.size, strict=True)) for side in range(3)
        )
        return (x - a, y - b, z - c), (x + a, y + b, z + c)

    def getNumJoints(self, bodyUniqueId: int) -> int:
        """None: bodies are in one piece."""
        self._scene.added(bodyUniqueId)
        return 0

    def loadURDF(
        self,
        fileName: str,
        basePosition: Sequence[float] = (0.0, 0.0, 0.0),
        baseOrientation: Any = IDENTITY,
        useMaximalCoordinates: int = 0,
        useFixedBase: int = 0,
        flags: int = 0,
        globalScaling: float = 1.0,
    ) -> int:
        """Adds an asset."""
        category = "fixed" if useFixedBase else "rigid"
        return self._scene.add_object(fileName, (basePosition, baseOrientation), category, scale=globalScaling)

    # -- bodies made by hand -------------------------------------------------------------------------------------

    def createCollisionShape(
        self,
        shapeType: str,
        radius: float = 0.5,
        halfExtents: Sequence[float] = (1.0, 1.0, 1.0),
        height: float = 1.0,
    ) -> int:
        """A box, sphere or cylinder (m); returns its number."""
        return self._shape(shapeType, radius, halfExtents, height, None)

    def createVisualShape(
        self,
        shapeType: str,
        radius: float = 0.5,
        halfExtents: Sequence[float] = (1.0, 1.0, 1.0),
        length: float = 1.0,
        rgbaColor: object = None,
    ) -> int:
        """How a body looks; returns its number."""
        return self._shape(shapeType, radius, halfExtents, length, rgbaColor)

    def createMultiBody(
        self,
        baseMass: float = 0.0,
        baseCollisionShapeIndex: int = -1,
        baseVisualShapeIndex: int = -1,
        basePosition: Sequence[float] = (0.0, 0.0, 0.0),
        baseOrientation: Any = IDENTITY,
    ) -> int:
        """Adds a body of such a shape; without mass it is fixed."""
        chosen = baseCollisionShapeIndex
        if not 0 <= chosen < len(self._shapes):
            remedy = "create a collision shape for it; for a mark, add a zone or a line"
            raise TaskError("no-physics", "a body without a collision shape", remedy)
        template, size, color = self._shapes[chosen]
        if baseVisualShapeIndex >= 0 and color is None:
            color = self._shapes[baseVisualShapeIndex][2]
        category = "rigid" if baseMass > 0 else "fixed"
        return self._scene.add_object(FilledAsset(template, size), (basePosition, baseOrientation), category, color)

    def createConstraint(
        self,
        parentBodyUniqueId: int,
        parentLinkIndex: int,
        childBodyUniqueId: int,
        childLinkIndex: int,
        jointType: str,
        jointAxis: Sequence[float],
        parentFramePosition: Sequence[float],
        childFramePosition: Sequence[float],
    ) -> int:
        """Ties a bead of a rope to the one before it."""
        if jointType != self.JOINT_POINT2POINT:
            raise TaskError("no-physics", f"a joint {jointType!r}", "bodies can be tied point to point, to a rope")
        spacing = sum(math.hypot(*map(float, place)) for place in (parentFramePosition, childFramePosition))
        return self._scene.tie(parentBodyUniqueId, childBodyUniqueId, spacing)

    def changeConstraint(self, userConstraintUniqueId: int, maxForce: float = 0.0) -> None:
        """Changes nothing: every rope holds the same force."""

    # -- what has no effect on a layout --------------------------------------------------------------------------

    def stepSimulation(self) -> None:
        """Changes nothing: the scene settles when it is built."""

    def changeDynamics(self, bodyUniqueId: int, linkIndex: int, **_properties: float) -> None:
        """Changes nothing, and says so: masses and frictions are the catalogue's."""
        self._scene.added(bodyUniqueId)
        self._scene.warn("no-effect", "pybullet.changeDynamics changes nothing here", "masses are the catalogue's")

    # -- arithmetic ----------------------------------------------------------------------------------------------

    def getQuaternionFromEuler(self, eulerAngles: Sequence[float]) -> Quaternion:
        """Rotation by roll, pitch and yaw (rad)."""
        return euler_quaternion(eulerAngles)

    def getEulerFromQuaternion(self, quaternion: Any) -> Vector3:
        """Roll, pitch and yaw (rad) of a rotation."""
        x, y, z, w = as_loose_pose(((0.0, 0.0, 0.0), quaternion))[1]
        pitch = math.asin(max(-1.0, min(1.0, 2 * (w * y - z * x))))
        roll = math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
        return roll, pitch, geometry.yaw_of((x, y, z, w))

    def getMatrixFromQuaternion(self, quaternion: Any) -> tuple[float, ...]:
        """The nine numbers of a rotation's matrix, row by row."""
        rotation = as_loose_pose(((0.0, 0.0, 0.0), quaternion))[1]
        columns = [rotate(rotation, axis) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
        return tuple(column[row] for row in range(3) for column in columns)

    def multiplyTransforms(self, positionA: Any, orientationA: Any, positionB: Any, orientationB: Any) -> Pose:
        """The second pose, given in the frame of the first, in the world frame."""
        return geometry.multiply(as_loose_pose((positionA, orientationA)), as_loose_pose((positionB, orientationB)))

    def invertTransform(self, position: Any, orientation: Any) -> Pose:
        """The inverse of a pose."""
        return geometry.invert(as_loose_pose((position, orientation)))

    def _shape(self, kind: str, radius: float, half: Sequence[float], height: float, color: object) -> int:
        sizes = {
            self.GEOM_BOX: [2 * float(length) for length in half],
            self.GEOM_SPHERE: [2 * radius] * 3,
            self.GEOM_CYLINDER: [2 * radius, 2 * radius, height],
        }
        if kind not in sizes:
            raise TaskError("no-physics", f"a shape {kind!r}", "boxes, spheres and cylinders can be made by hand")
        x, y, z = map(float, sizes[kind])
        self._shapes.append((kind, (x, y, z), color))
        return len(self._shapes) - 1
