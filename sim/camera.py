"""Cameras: the top-down RGB-D heightmap and the perspective views that policies see, and pictures for people.

The heightmap is taken by a narrow-angle camera from so high up that nothing leans by half a pixel: the renderer's
orthographic projection drops objects. The perspective views are those of Ravens (arXiv 2010.14406): three simulated
RealSense D415 that look at the workspace from the front, the left and the right. What they see it like is an
`Appearance`. Lengths are metres.
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

from sim.appearance import PLAIN, Appearance, Offset
from sim.appearance import appearance as drawn
from sim.arm import Joints
from sim.disturbance import OVERHEAD_DISTANCE, sense
from sim.fusion import fuse, points_over
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


def observe(
    world: World,
    resolution: Resolution = "full",
    appearance: Appearance = PLAIN,
    rng: np.random.Generator | None = None,
) -> Heightmap:
    """The table from above as a policy sees it; row 0 is x = 0.25, column 0 is y = -0.5.

    Args:
        world: What to look at.
        resolution: `full` (160 x 320, 3.125 mm a pixel) or `half` (80 x 160, 6.25 mm a pixel).
        appearance: What it looks like.
        rng: Where noise and holes come from; without it there are none.
    """
    camera = _overhead(resolution)
    if appearance.cameras.view == "perspective":
        clouds = [
            points_over(camera.shape, nominal, view(world, nominal, appearance, rng)) for nominal in CAMERAS.values()
        ]
        return Heightmap(*fuse(clouds, camera.shape))
    (x, y, _), off = camera.target, appearance.cameras.overhead
    shot = render(world, camera if off == Offset() else camera.moved(off.shift, off.turn, (x, y, 0.0)), appearance)
    distance = shot.depth - np.float32(CAMERA_HEIGHT - OVERHEAD_DISTANCE)
    color, depth, holes = sense(shot.color, shot.depth, distance, appearance.sensor, rng)
    height = np.clip(CAMERA_HEIGHT - depth.astype(np.float64), 0.0, None).astype(np.float32)
    return Heightmap(color, np.where(holes, np.float32(0.0), height), shot.segmentation)


def heightmap(world: World, resolution: Resolution = "full") -> Heightmap:
    """The table from above as it is, without noise."""
    return observe(world, resolution)


def view(world: World, camera: Camera, appearance: Appearance = PLAIN, rng: np.random.Generator | None = None) -> Shot:
    """What a camera sees: colour, depth and segmentation.

    Args:
        world: What to look at.
        camera: Where the camera is thought to stand; one of `CAMERAS` stands where `appearance` says.
        appearance: What it looks like.
        rng: Where noise and holes (depth 0) come from; without it there are none.
    """
    name = next((name for name, known in CAMERAS.items() if known == camera), None)
    off = Offset() if name is None else getattr(appearance.cameras, name)
    stands = camera if off == Offset() else camera.moved(off.shift, off.turn, camera.position)
    shot = render(world, stands, appearance)
    color, depth, holes = sense(shot.color, shot.depth, shot.depth, appearance.sensor, rng)
    return replace(shot, color=color, depth=np.where(holes, np.float32(0.0), np.maximum(depth, np.float32(0.0))))


class Eyes:
    """Looks at a world during an episode: what it looks like, and all noise, belong to the episode's seed.

    Args:
        appearance: `plain`, `randomised` or `pseudo-real`, drawn from the seed; or an appearance.
        seed: The episode's seed.

    Attributes:
        appearance: What the world looks like.

    Raises:
        UsageError: No such appearance.
    """

    def __init__(self, appearance: str | Appearance, seed: int) -> None:
        self.appearance = appearance if isinstance(appearance, Appearance) else drawn(appearance, seed)
        self._rng = np.random.default_rng(seed)

    def look(self, world: World, resolution: Resolution = "full") -> Heightmap:
        """The table from above as it is seen now; see `observe`."""
        return observe(world, resolution, self.appearance, self._rng)

    def view(self, world: World, camera: Camera) -> Shot:
        """What a camera sees now; see `view`."""
        return view(world, camera, self.appearance, self._rng)


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
