"""What sensors add to an image: exposure, noise, places without depth. Also for observations that were recorded.

Pure functions of images and a generator, so the same generator gives the same disturbance. Lengths are metres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.appearance import PLAIN, Appearance, Sensor
from sim.layout import WORKSPACE
from sim.paint import table_colors, upward_shade

Image = NDArray[np.uint8]
Map = NDArray[np.float32]

EDGE = 0.015  # a step in depth from one pixel to the next, above which it is an edge
OVERHEAD_DISTANCE = 1.0  # from the table, of the camera above whose noise is imitated
FLAT = 0.001  # heights below are the table's


def sense(
    color: Image, depth: Map, distance: Map, sensor: Sensor, rng: np.random.Generator | None
) -> tuple[Image, Map, NDArray[np.bool_]]:
    """What a sensor reports of a perfect image.

    Args:
        color: (rows, columns, 3).
        depth: (rows, columns), in any unit of length along the camera's axis, with any sign.
        distance: (rows, columns), from the sensor, which noise grows with.
        sensor: How good it is.
        rng: Where noise and holes come from; without it there are none.

    Returns:
        Colour, depth, and where there is no depth; the caller decides what stands there.
    """
    if sensor.gain != PLAIN.sensor.gain:
        color = np.clip(color * np.array(sensor.gain, np.float32), 0, 255).round().astype(np.uint8)
    if rng is None:
        return color, depth, np.zeros(depth.shape, dtype=bool)
    if sensor.color_noise:
        noisy = color + sensor.color_noise * rng.standard_normal(color.shape, np.float32)
        color = np.clip(noisy.round(), 0, 255).astype(np.uint8)
    holes = _holes(depth, sensor, rng)
    if sensor.depth_noise:
        growth = distance**sensor.depth_growth if sensor.depth_growth else np.float32(1.0)
        depth = depth + sensor.depth_noise * growth * rng.standard_normal(depth.shape, np.float32)
    return color, depth.astype(np.float32), holes


def _holes(depth: Map, sensor: Sensor, rng: np.random.Generator) -> NDArray[np.bool_]:
    holes = np.zeros(depth.shape, dtype=bool)
    if sensor.edge_holes:
        edges = np.zeros(depth.shape, dtype=bool)
        for axis in (0, 1):
            step = np.abs(np.diff(depth, axis=axis)) > EDGE
            before, after = np.s_[:-1], np.s_[1:]
            edges[(slice(None),) * axis + (before,)] |= step
            edges[(slice(None),) * axis + (after,)] |= step
        places = np.flatnonzero(edges)
        holes.ravel()[places[rng.random(len(places)) < sensor.edge_holes]] = True
    for _ in range(rng.poisson(sensor.patches) if sensor.patches else 0):
        _punch(holes, sensor.patch_radius, rng)
    return holes


def _punch(holes: NDArray[np.bool_], largest: int, rng: np.random.Generator) -> None:
    """Makes one hole, an ellipse along the image's axes."""
    row, column = (int(rng.integers(side)) for side in holes.shape)
    tall, wide = rng.uniform(1.0, largest, 2) if largest > 1 else (1.0, 1.0)
    top, left = max(0, row - largest), max(0, column - largest)
    window = holes[top : row + largest + 1, left : column + largest + 1]
    rows, columns = np.ogrid[: window.shape[0], : window.shape[1]]
    window |= ((rows + top - row) / tall) ** 2 + ((columns + left - column) / wide) ** 2 <= 1.0


def disturb(color: Image, height: Map, appearance: Appearance, rng: np.random.Generator) -> tuple[Image, Map]:
    """What a recorded plain view from above would have been like elsewhere, as far as its pixels allow.

    The table is repainted, the light's colour and strength change, and the sensor adds its part. Shadows, colours of
    single objects, moved or perspective cameras, and friction need the simulator: `sim.camera.observe`.

    Args:
        color: (rows, columns, 3), of the plain appearance.
        height: (rows, columns), above the table.
        appearance: The other appearance.
        rng: Where noise comes from.
    """
    if appearance.light != PLAIN.light or appearance.table != PLAIN.table:
        color = _repaint(color, height, appearance)
    color, seen, holes = sense(color, height, OVERHEAD_DISTANCE - height, appearance.sensor, rng)
    return color, np.where(holes, np.float32(0.0), np.maximum(seen, np.float32(0.0)))


def _repaint(color: Image, height: Map, appearance: Appearance) -> Image:
    """The table is what is flat and has exactly its colour."""
    here = np.zeros(1)
    table = (color == table_colors(PLAIN.table, PLAIN.light, here, here)[0]).all(axis=-1) & (np.abs(height) < FLAT)
    relit = color * (upward_shade(appearance.light) / upward_shade(PLAIN.light))
    painted = np.minimum(relit, 255.0).astype(np.uint8)
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    rows, columns = np.nonzero(table)
    x = low_x + (rows + 0.5) * (high_x - low_x) / height.shape[0]
    y = low_y + (columns + 0.5) * (high_y - low_y) / height.shape[1]
    painted[table] = table_colors(appearance.table, appearance.light, x, y)
    return painted
