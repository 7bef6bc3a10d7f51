"""Fusion: the table from above, put together from what cameras see that stand around it.

As in Ravens' set-up (arXiv 2010.14406, section IV): point clouds are projected onto the table, and the highest point of
each pixel counts. What no camera sees stays a hole. Lengths are metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.layout import WORKSPACE
from sim.render import NOTHING, Camera, Shot

CEILING = 0.5  # what is higher is no object
BELOW = -0.05  # what is lower is noise
SURFACE = 0.01  # points that are less than this below the highest one of a pixel belong to the same surface


@dataclass(frozen=True)
class Points:
    """A point cloud above the workspace.

    Attributes:
        pixel: (N,) number of the heightmap's pixel that each point lies over, row by row.
        height: (N,) above the table.
        color: (N, 3) uint8.
        segmentation: (N,) what it is part of.
    """

    pixel: NDArray[np.int64]
    height: NDArray[np.float64]
    color: NDArray[np.uint8]
    segmentation: NDArray[np.int32]


def points_over(shape: tuple[int, int], camera: Camera, shot: Shot) -> Points:
    """What a shot shows of the workspace, for a heightmap of `shape`; pixels without depth (0) show nothing."""
    places = camera.points(shot.depth)
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    rows = np.floor((places[..., 0] - low_x) * (shape[0] / (high_x - low_x))).astype(int)
    columns = np.floor((places[..., 1] - low_y) * (shape[1] / (high_y - low_y))).astype(int)
    seen = (shot.depth > 0.0) & (places[..., 2] > BELOW) & (places[..., 2] < CEILING)
    seen &= (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    pixel = rows[seen] * shape[1] + columns[seen]
    return Points(pixel, places[seen][:, 2], shot.color[seen], shot.segmentation[seen])


def fuse(
    clouds: Sequence[Points], shape: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int32]]:
    """Colour, height and segmentation of `shape`; a hole is black, at height 0, and part of nothing.

    A pixel shows the mean of the points on its highest surface.
    """
    pixel, height, segmentation = (
        np.concatenate([getattr(cloud, name) for cloud in clouds]) for name in ("pixel", "height", "segmentation")
    )
    color = np.concatenate([cloud.color for cloud in clouds])
    count = shape[0] * shape[1]
    top = np.full(count, -np.inf)
    np.maximum.at(top, pixel, height)
    highest = height == top[pixel]
    objects = np.full(count, NOTHING, dtype=np.int32)
    objects[pixel[highest]] = segmentation[highest]
    surface = height > top[pixel] - SURFACE
    pixel = pixel[surface]
    share = np.maximum(np.bincount(pixel, minlength=count), 1)
    mean = [np.bincount(pixel, weights=part[surface], minlength=count) / share for part in (height, *color.T)]
    colors = np.stack(mean[1:], axis=-1).round().astype(np.uint8)
    return (
        colors.reshape(*shape, 3),
        np.maximum(mean[0], 0.0).astype(np.float32).reshape(shape),
        objects.reshape(shape),
    )
