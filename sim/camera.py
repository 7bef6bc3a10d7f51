"""Cameras: the top-down RGB-D heightmap and the perspective views that policies see, and pictures for people.

The heightmap is taken by a narrow-angle camera from so high up that nothing leans by half a pixel: the renderer's
orthographic projection drops objects. The perspective views are those of Ravens (arXiv 2010.14406): three simulated
RealSense D415 that look at the workspace from the front, the left and the right. Lengths are metres.
"""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.arm import Joints
from sim.layout import WORKSPACE, Layout, Pose
from sim.render import Camera, Shot, render
from sim.stage import Stage
from sim.world import World

Resolution = Literal["full", "half"]
PIXEL = 0.003125
HEIGHTMAP_SHAPE = (160, 320)  # rows (x, 0.25..0.75) and columns (y, -0.5..0.5), as in Ravens
CAMERA_HEIGHT = 120.0
CAMERAS: Mapping[str, Camera] = {
    "front": Camera((480, 640), 450.0, (1.0, 0.0, 0.75), (0.25, 0.0, 0.0)),
    "left": Camera((480, 640), 450.0, (0.0, 0.5, 0.75), (0.445, 0.055, 0.0)),
    "right": Camera((480, 640), 450.0, (0.0, -0.5, 0.75), (0.445, -0.055, 0.0)),
}
# Standard deviations of the noise of Ravens' cameras.
DEPTH_NOISE = 0.003
COLOR_NOISE = 3.0  # of 255


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


def heightmap(world: World, resolution: Resolution = "full", noise: np.random.Generator | None = None) -> Heightmap:
    """The table from above; row 0 is x = 0.25, column 0 is y = -0.5.

    Args:
        world: What to look at.
        resolution: `full` (160 x 320, 3.125 mm a pixel) or `half` (80 x 160, 6.25 mm a pixel).
        noise: Where camera noise comes from; none without it.
    """
    shot = view(world, _overhead(resolution), noise)
    height = np.clip(CAMERA_HEIGHT - shot.depth.astype(np.float64), 0.0, None).astype(np.float32)
    return Heightmap(shot.color, height, shot.segmentation)


def view(world: World, camera: Camera, noise: np.random.Generator | None = None) -> Shot:
    """What a camera sees: colour, depth and segmentation, with camera noise where it is asked for."""
    shot = render(world, camera)
    if noise is None:
        return shot
    color = shot.color + COLOR_NOISE * noise.standard_normal(shot.color.shape, np.float32)
    depth = shot.depth + DEPTH_NOISE * noise.standard_normal(shot.depth.shape, np.float32)
    return replace(
        shot, color=np.clip(color.round(), 0, 255).astype(np.uint8), depth=np.maximum(depth, 0.0).astype(np.float32)
    )


def pixel_of(x: float, y: float, resolution: Resolution = "full") -> tuple[int, int]:
    """Row and column of the heightmap at a place on the table (m)."""
    rows, columns = _overhead(resolution).shape
    pixel = PIXEL * HEIGHTMAP_SHAPE[0] / rows
    row = math.floor((x - WORKSPACE[0][0]) / pixel)
    column = math.floor((y - WORKSPACE[1][0]) / pixel)
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


def place_of(row: float, column: float, resolution: Resolution = "full") -> tuple[float, float]:
    """The place on the table (m) that the middle of a heightmap's pixel shows."""
    pixel = PIXEL * HEIGHTMAP_SHAPE[0] / _overhead(resolution).shape[0]
    return WORKSPACE[0][0] + (row + 0.5) * pixel, WORKSPACE[1][0] + (column + 0.5) * pixel


@functools.cache
def _overhead(resolution: Resolution) -> Camera:
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    middle = ((low_x + high_x) / 2, (low_y + high_y) / 2)
    # The image's upper edge is x = 0.25 and its left edge y = -0.5, so "up" in the image is -x.
    camera = Camera(
        HEIGHTMAP_SHAPE,
        CAMERA_HEIGHT / PIXEL,
        (*middle, CAMERA_HEIGHT),
        (*middle, 0.0),
        up=(-1.0, 0.0, 0.0),
        near=CAMERA_HEIGHT - 0.8,
        far=CAMERA_HEIGHT + 0.2,
    )
    return camera if resolution == "full" else camera.scaled(0.5)


def picture(layout: Layout, poses: Mapping[int, Pose], joints: Joints | None = None) -> NDArray[np.uint8]:
    """The scene as a person would see it, (480, 640, 3) uint8, with the objects at `poses` and the arm at `joints`.

    A scene of its own is built for it, so that taking a picture cannot disturb an episode.
    """
    with Stage(layout, poses) as stage:
        if joints is not None:
            stage.bend(joints)
        return stage.look()


def png(image: NDArray[np.uint8]) -> bytes:
    """An image as the bytes of a PNG file."""
    import imageio.v3 as imageio

    buffer = io.BytesIO()
    imageio.imwrite(buffer, image, extension=".png")
    return buffer.getvalue()
