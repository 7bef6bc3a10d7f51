"""Poses and rotations: positions in metres, angles in radians, quaternions (x, y, z, w).

Pure Python on tuples: a task program calls these a handful of times, and importing an array library's rotations would
cost more than all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.errors import TaskError
from sim.layout import IDENTITY, Pose, Quaternion, Vector3


def as_pose(value: object) -> Pose:
    """A pose from `((x, y, z), (qx, qy, qz, qw))`, or from a bare `(x, y, z)`, which means no rotation.

    Raises:
        TaskError: `bad-pose` when it is neither, or when a number is not finite.
    """
    try:
        items = list(value)  # type: ignore[call-overload]
        position, rotation = items if len(items) == 2 else (items, IDENTITY)
        numbers = [float(number) for number in [*position, *rotation]]
    except (TypeError, ValueError):
        raise _bad_pose(value) from None
    norm = math.sqrt(sum(number * number for number in numbers[3:]))
    if len(numbers) != 7 or not all(map(math.isfinite, numbers)) or norm < 1e-6 or max(map(abs, numbers[:3])) > 100:
        raise _bad_pose(value)
    x, y, z = numbers[:3]
    qx, qy, qz, qw = (number / norm for number in numbers[3:])
    return (x, y, z), (qx, qy, qz, qw)


def as_loose_pose(value: object) -> Pose:
    """A pose as published files write it: the rotation may be roll, pitch and yaw (rad), or None for none.

    Raises:
        TaskError: `bad-pose`.
    """
    try:
        position, rotation = list(value)  # type: ignore[call-overload]
        if rotation is None:
            return as_pose((position, IDENTITY))
        return as_pose((position, euler_quaternion(rotation) if len(rotation) == 3 else rotation))
    except (TypeError, ValueError):
        return as_pose(value)


def _bad_pose(value: object) -> TaskError:
    return TaskError("bad-pose", f"{str(value)[:80]} is no pose", "a pose is ((x, y, z), (qx, qy, qz, qw)) in metres")


def as_size(value: object, thinnest: float = 0.0) -> Vector3:
    """A size from three finite numbers, none below `thinnest` (m); only the height may be 0.

    Raises:
        TaskError: `bad-size`.
    """
    try:
        x, y, z = (float(number) for number in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise TaskError("bad-size", f"{value!r} is no size", "a size is (x, y, z) in metres") from None
    if not all(math.isfinite(number) and 0.0 <= number <= 2.0 for number in (x, y, z)) or x == 0.0 or y == 0.0:
        raise TaskError("bad-size", f"size {(x, y, z)} is not between 0 and 2 m", "a size is (x, y, z) in metres")
    if min(x, y, z) < thinnest:
        raise TaskError(
            "bad-size", f"size {(x, y, z)} is less than {thinnest * 1000:g} mm thick", "a size is (x, y, z) in metres"
        )
    return x, y, z


def euler_quaternion(angles: Sequence[float]) -> Quaternion:
    """The rotation by roll, pitch and yaw (rad) about the fixed axes x, y and z, in this order, as in PyBullet."""
    roll, pitch, yaw = (float(angle) / 2 for angle in angles)
    (a, b, c), (d, e, f) = map(math.sin, (roll, pitch, yaw)), map(math.cos, (roll, pitch, yaw))
    return a * e * f - d * b * c, d * b * f + a * e * c, d * e * c - a * b * f, d * e * f + a * b * c


def yaw_quaternion(yaw: float) -> Quaternion:
    """The rotation by `yaw` about the vertical."""
    return 0.0, 0.0, math.sin(yaw / 2), math.cos(yaw / 2)


def yaw_of(rotation: Quaternion) -> float:
    """The yaw of a rotation (ZYX Euler angles)."""
    x, y, z, w = rotation
    return math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def wrap(angle: float) -> float:
    """The same angle in -pi..pi."""
    return (angle + math.pi) % (2 * math.pi) - math.pi


def smooth(part: float) -> float:
    """How far along a way one is after this part (0..1) of the time, speeding up and slowing down gently."""
    return part * part * (3 - 2 * part)  # its peak speed is 1.5 times the mean


def yaw_difference(target: float, current: float, symmetry: float) -> float:
    """The smallest turn from `current` to `target` of an object that looks the same every `symmetry` (0: always)."""
    if symmetry == 0.0:
        return 0.0
    return (target - current + symmetry / 2) % symmetry - symmetry / 2


def rotate(rotation: Quaternion, vector: Sequence[float]) -> Vector3:
    """The vector, rotated."""
    x, y, z, w = rotation
    a, b, c = vector
    # v + 2 q x (q x v + w v), the usual form of q v q*.
    ix, iy, iz = y * c - z * b + w * a, z * a - x * c + w * b, x * b - y * a + w * c
    return a + 2 * (y * iz - z * iy), b + 2 * (z * ix - x * iz), c + 2 * (x * iy - y * ix)


def apply(pose: Pose, point: Sequence[float]) -> Vector3:
    """A point of the pose's frame in the world frame."""
    (x, y, z), rotation = pose
    a, b, c = rotate(rotation, point)
    return x + a, y + b, z + c


def multiply(first: Pose, second: Pose) -> Pose:
    """`second`, given in the frame of `first`, in the world frame."""
    ax, ay, az, aw = first[1]
    bx, by, bz, bw = second[1]
    rotation = (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )
    return apply(first, second[0]), rotation


def invert(pose: Pose) -> Pose:
    """The inverse of a pose."""
    (x, y, z), (qx, qy, qz, qw) = pose
    inverse = (-qx, -qy, -qz, qw)
    a, b, c = rotate(inverse, (x, y, z))
    return (-a, -b, -c), inverse


def footprint_radius(size: Sequence[float]) -> float:
    """Half the diagonal of a footprint (x, y) in metres."""
    return math.hypot(size[0], size[1]) / 2


def footprints_overlap(
    first: tuple[Pose, Sequence[float]], second: tuple[Pose, Sequence[float]], margin: float = 0.0
) -> bool:
    """Whether two rectangles on the table, (pose, size), come nearer than `margin` (separating axes)."""
    near = footprint_radius(first[1]) + footprint_radius(second[1]) + 2 * margin
    if math.dist(first[0][0][:2], second[0][0][:2]) > near:
        return False
    corners = [_corners(pose, size, margin / 2) for pose, size in (first, second)]
    for pose, _ in (first, second):
        yaw = yaw_of(pose[1])
        for axis in ((math.cos(yaw), math.sin(yaw)), (-math.sin(yaw), math.cos(yaw))):
            spans = [[x * axis[0] + y * axis[1] for x, y in rectangle] for rectangle in corners]
            if max(spans[0]) < min(spans[1]) or max(spans[1]) < min(spans[0]):
                return False
    return True


def _corners(pose: Pose, size: Sequence[float], margin: float) -> list[tuple[float, float]]:
    yaw = yaw_quaternion(yaw_of(pose[1]))
    half_x, half_y = size[0] / 2 + margin, size[1] / 2 + margin
    moved = [rotate(yaw, (a * half_x, b * half_y, 0.0)) for a in (-1, 1) for b in (-1, 1)]
    return [(pose[0][0] + x, pose[0][1] + y) for x, y, _ in moved]
