"""Augmentation: the table turned and moved (SE(2)), and pick and place with it; and other lamps, tables and sensors.

The turn that an object makes between pick and place is the same in a turned world, so only positions are mapped. Words
like "left" say something else in a turned world: with those the table is turned by little.
"""

from __future__ import annotations

import math
import re

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from policy.observation import metres, recorded_height
from sim.appearance import appearance
from sim.disturbance import disturb

DIRECTIONS = re.compile(
    r"\b((left|right|front|back|rear|top|bottom|upper|lower)(most)?|foremost|behind|ahead|forwards?|backwards?|"
    r"far|farther|farthest|further|furthest|near|nearer|nearest|closer|closest|north|south|east|west|"
    r"horizontal(ly)?|vertical(ly)?|edge|corner|middle|centre|center|row|column)\b"
)
SMALL_TURN = math.radians(8.0)
SMALL_SHIFT = 0.04  # of the image's height
SHIFT = 0.25
TRIES = 20


def disturbed_images(
    color: NDArray[np.uint8], height: NDArray[np.uint16], generator: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Recorded plain images under other lamps, on other tables and through other sensors, each drawn anew.

    Args:
        color: (B, H, W, 3) RGB.
        height: (B, H, W) recorded heights.
        generator: Where chance comes from.
    """
    colors, heights = np.empty_like(color), np.empty_like(height)
    for row, (image, recorded) in enumerate(zip(color, height, strict=True)):
        look = appearance("randomised", int(generator.integers(2**31)))
        colors[row], seen = disturb(image, metres(recorded), look, generator)
        heights[row] = recorded_height(seen)
    return colors, heights


def turns_matter(instruction: str) -> bool:
    """Whether an instruction speaks of sides or places of the table, which are others in a turned world."""
    return bool(DIRECTIONS.search(instruction.lower()))


def motion(
    generator: np.random.Generator, shape: tuple[int, int], points: NDArray[np.float64], *, free: bool
) -> NDArray[np.float64]:
    """A random rigid motion of the image that keeps the points in it; none when none is found.

    Args:
        generator: Where chance comes from.
        shape: Rows and columns of the image.
        points: (n, 2) rows and columns, pixels.
        free: Whether the table may be turned by any angle.

    Returns:
        (2, 3): a point (row, column, 1) comes to its product with it.
    """
    middle = (np.array(shape, dtype=np.float64) - 1.0) / 2.0
    for _ in range(TRIES):
        angle = generator.uniform(-math.pi, math.pi) if free else generator.uniform(-SMALL_TURN, SMALL_TURN)
        reach = (SHIFT if free else SMALL_SHIFT) * shape[0]
        shift = generator.uniform(-reach, reach, size=2)
        cosine, sine = math.cos(angle), math.sin(angle)
        turn = np.array([[cosine, -sine], [sine, cosine]])
        moved = np.concatenate([turn, (middle + shift - turn @ middle)[:, None]], axis=1)
        landed = moved_points(moved, points)
        if (landed >= 0.0).all() and (landed <= np.array(shape) - 1.0).all():
            return moved
    return np.eye(2, 3)


def moved_points(moved: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 2) after a motion (2, 3)."""
    found: NDArray[np.float64] = points @ moved[:, :2].T + moved[:, 2]
    return found


def moved_images(images: Tensor, moved: NDArray[np.float64]) -> Tensor:
    """Images after motions; what comes in from outside is a bare table: the commonest colour, and no height.

    Args:
        images: (B, 4, H, W): colour and height.
        moved: (B, 2, 3).
    """
    batch, _, rows, columns = images.shape
    turn = np.linalg.inv(moved[:, :, :2])  # where a pixel comes from
    back = np.concatenate([turn, -turn @ moved[:, :, 2:]], axis=2)
    matrix = torch.as_tensor(back, dtype=torch.float32, device=images.device)  # (B, 2, 3)
    row, column = torch.meshgrid(
        torch.arange(rows, dtype=torch.float32, device=images.device),
        torch.arange(columns, dtype=torch.float32, device=images.device),
        indexing="ij",
    )
    points = torch.stack([row, column, torch.ones_like(row)], dim=-1).view(1, rows * columns, 3)
    source = (points @ matrix.transpose(1, 2)).view(batch, rows, columns, 2)
    size = source.new_tensor([rows, columns])
    grid = ((source + 0.5) / size * 2.0 - 1.0).flip(-1)
    bare = images[:, :, ::4, ::4].flatten(2).median(dim=2).values[:, :, None, None].clone()
    bare[:, 3] = 0.0
    return functional.grid_sample(images - bare, grid, align_corners=False) + bare
