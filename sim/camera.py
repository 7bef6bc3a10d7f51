"""Cameras: the top-down RGB-D heightmap that policies see, and the pictures that people and models look at.

Both use Bullet's software renderer, which needs no graphics card and gives the same pixels everywhere. The heightmap is
taken by a narrow-angle camera from high up: the renderer's orthographic projection drops objects.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arm import HOME, SUCTION_LENGTH, Joints, arm_urdf, shared_arm
from sim.layout import WORKSPACE, Layout, Pose
from sim.world import World, quiet

PIXEL = 0.003125  # metres
HEIGHTMAP_SHAPE = (160, 320)  # rows (x, 0.25..0.75) and columns (y, -0.5..0.5), as in Ravens
CAMERA_HEIGHT = 12.0  # metres
PICTURE_SHAPE = (480, 640)
SMOOTHING = 2  # the renderer draws hard edges; a picture is drawn larger and averaged
LIGHT = (0.6, -0.5, 1.6)
TINY_RENDERER = 1 << 16  # pybullet.ER_TINY_RENDERER


@dataclass(frozen=True)
class Heightmap:
    """The table from above.

    Attributes:
        color: (rows, columns, 3) uint8 RGB.
        height: (rows, columns) float32, metres above the table.
        segmentation: (rows, columns) int32, handles of the objects, -1 for the table and 0 beside it.
    """

    color: NDArray[np.uint8]
    height: NDArray[np.float32]
    segmentation: NDArray[np.int32]


def heightmap(world: World) -> Heightmap:
    """The table from above at 3.125 mm a pixel; row 0 is x = 0.25, column 0 is y = -0.5."""
    rows, columns = HEIGHTMAP_SHAPE
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    middle = ((low_x + high_x) / 2, (low_y + high_y) / 2)
    near, far = CAMERA_HEIGHT - 0.8, CAMERA_HEIGHT + 0.2
    client = world.client
    # The image's upper edge is x = 0.25 and its left edge y = -0.5, so "up" in the image is -x.
    view = client.computeViewMatrix((*middle, CAMERA_HEIGHT), (*middle, 0.0), (-1, 0, 0))
    angle = 2 * math.degrees(math.atan2(rows * PIXEL / 2, CAMERA_HEIGHT))
    projection = client.computeProjectionMatrixFOV(angle, columns / rows, near, far)
    with quiet():
        _, _, color, depth, bodies = client.getCameraImage(
            columns, rows, view, projection, shadow=0, lightDirection=LIGHT, renderer=TINY_RENDERER
        )
    depth = np.asarray(depth, dtype=np.float64).reshape(rows, columns)
    distance = far * near / (far - (far - near) * depth)
    bodies = np.asarray(bodies, dtype=np.int32).reshape(rows, columns)
    return Heightmap(
        color=np.asarray(color, dtype=np.uint8).reshape(rows, columns, 4)[..., :3].copy(),
        height=np.clip(CAMERA_HEIGHT - distance, 0.0, None).astype(np.float32),
        segmentation=np.vectorize(lambda body: world.handle(body) if body >= 0 else 0)(bodies).astype(np.int32),
    )


def pixel_of(x: float, y: float) -> tuple[int, int]:
    """Row and column of the heightmap at a place on the table (m)."""
    row = math.floor((x - WORKSPACE[0][0]) / PIXEL)
    column = math.floor((y - WORKSPACE[1][0]) / PIXEL)
    return min(max(row, 0), HEIGHTMAP_SHAPE[0] - 1), min(max(column, 0), HEIGHTMAP_SHAPE[1] - 1)


def picture(layout: Layout, poses: Mapping[int, Pose], joints: Joints | None = None) -> NDArray[np.uint8]:
    """The scene as a person would see it, (480, 640, 3) uint8, with the objects at `poses` and the arm at `joints`.

    A scene of its own is built for it, so that taking a picture cannot disturb an episode.
    """
    rows, columns = (side * SMOOTHING for side in PICTURE_SHAPE)
    with World(layout, dict(poses)) as world:
        client = world.client
        _add_arm(world, joints or shared_arm().reach((0.30, 0.0, 0.36)) or HOME)
        view = client.computeViewMatrix((1.48, -0.15, 0.86), (0.42, 0.02, 0.06), (0, 0, 1))
        projection = client.computeProjectionMatrixFOV(38.0, columns / rows, 0.1, 5.0)
        with quiet():
            color = client.getCameraImage(
                columns,
                rows,
                view,
                projection,
                shadow=0,  # the renderer shades a large table all over
                lightDirection=LIGHT,
                lightAmbientCoeff=0.65,
                lightDiffuseCoeff=0.4,
                lightSpecularCoeff=0.05,
                renderer=TINY_RENDERER,
            )[2]
    fine: NDArray[np.uint8] = np.asarray(color, dtype=np.uint8).reshape(
        rows // SMOOTHING, SMOOTHING, columns // SMOOTHING, SMOOTHING, 4
    )
    smooth: NDArray[np.uint8] = fine[..., :3].mean(axis=(1, 3)).astype(np.uint8)
    return smooth


def png(image: NDArray[np.uint8]) -> bytes:
    """An image as the bytes of a PNG file."""
    import imageio.v3 as imageio

    buffer = io.BytesIO()
    imageio.imwrite(buffer, image, extension=".png")
    return buffer.getvalue()


def _add_arm(world: World, joints: Joints) -> None:
    client = world.client
    with quiet():
        body = client.loadURDF(arm_urdf(), useFixedBase=True)
    revolute = [joint for joint in range(client.getNumJoints(body)) if client.getJointInfo(body, joint)[2] == 0]
    for joint, angle in zip(revolute, joints, strict=True):
        client.resetJointState(body, joint, angle)
    for link in range(-1, client.getNumJoints(body)):
        shade = 0.62 if link % 2 else 0.78
        client.changeVisualShape(body, link, rgbaColor=(shade, shade, shade + 0.03, 1.0))
    flange, rotation = client.getLinkState(body, client.getNumJoints(body) - 2, computeForwardKinematics=True)[4:6]
    for radius, start, end, color in ((0.018, 0.0, 0.8, (0.2, 0.2, 0.22, 1)), (0.014, 0.8, 1.0, (0.85, 0.45, 0.15, 1))):
        length = SUCTION_LENGTH * (end - start)
        shape = client.createVisualShape(client.GEOM_CYLINDER, radius=radius, length=length, rgbaColor=color)
        middle = (flange[0], flange[1], flange[2] - SUCTION_LENGTH * (start + end) / 2)
        client.createMultiBody(0, -1, shape, basePosition=middle, baseOrientation=rotation)
