"""Paint: the pattern on the table, its shade and shadows, and the colours of objects that are not quite as named.

Pure functions of places and colours; `sim/render.py` knows which pixel shows which place. Lengths are metres.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from sim.appearance import Light, Objects, Texture
from sim.layout import MAX_OBJECTS, Vector3

Floats = NDArray[np.float64]
LATTICE = 64  # of random numbers, from which irregularities are interpolated; it repeats
DARKEST = 0.05  # a channel below this cannot be scaled to another colour
SHADOW_PIXEL = 0.005
SHADOW_AREA = ((-0.25, 1.25), (-1.0, 1.0))  # x and y; nothing outside casts one
SHADOW_SHAPE = (300, 400)
COLUMN = 12  # shadows of how many heights stand for that of the column below a point
GRAIN_WAVES = (2 * math.pi / 0.05, 2 * math.pi / 0.012)  # per metre, the slowest and the fastest


def table_colors(texture: Texture, light: Light, x: Floats, y: Floats) -> NDArray[np.uint8]:
    """(..., 3): what the table looks like at places on it, as Bullet's software renderer would shade it."""
    mix = _mix(texture, x, y)[..., None]
    first, second = (np.array(color) for color in texture.colors)
    painted = np.floor(255.0 * (first + (second - first) * mix))
    shaded: NDArray[np.uint8] = np.minimum(np.floor(painted * upward_shade(light)), 255.0).astype(np.uint8)
    return shaded


def upward_shade(light: Light) -> Floats:
    """(3,): the factor on the colour of what faces up; its mirror image of the light is looked at from above."""
    up = light.direction[2] / math.hypot(*light.direction)
    lamp = light.diffuse * max(0.0, up) + light.specular * max(0.0, up) ** 2
    return light.ambient + lamp * np.array(light.color)


def _mix(texture: Texture, x: Floats, y: Floats) -> Floats:
    """How much of the second colour is at each place, 0..1."""
    cosine, sine = math.cos(texture.angle), math.sin(texture.angle)
    along, across = (cosine * x + sine * y) / texture.scale, (cosine * y - sine * x) / texture.scale
    if texture.pattern == "cloth":
        return (_noise(along, across, texture.seed) + _noise(4 * along, 4 * across, texture.seed + 1)) / 2
    if texture.pattern == "wood":
        bent = across + 1.5 * _noise(along / 6, across / 3, texture.seed)
        grain = _noise(along, 20 * across, texture.seed + 1)
        return np.clip(0.35 + 0.35 * np.sin(2 * math.pi * bent) + 0.5 * (grain - 0.5), 0.0, 1.0)
    if texture.pattern == "checker":
        return (np.floor(along) + np.floor(across)) % 2
    return np.zeros_like(x)


def _noise(x: Floats, y: Floats, seed: int) -> Floats:
    """Smooth random numbers in 0..1: one at each point with whole coordinates, blended in between."""
    lattice = np.random.default_rng(seed).random((LATTICE, LATTICE))
    left, low = np.floor(x).astype(int), np.floor(y).astype(int)
    across, up = (3 * part**2 - 2 * part**3 for part in (x - left, y - low))
    corners = [[lattice[(left + i) % LATTICE, (low + j) % LATTICE] for i in (0, 1)] for j in (0, 1)]
    rows = [first + (second - first) * across for first, second in corners]
    return np.asarray(rows[0] + (rows[1] - rows[0]) * up)


# -- objects -----------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=16)
def _moves(objects: Objects) -> Floats:
    """(handles, 3): by how much each object's colour moves, evenly from a ball of radius `jitter`."""
    rng = np.random.default_rng(objects.seed)
    toward = rng.standard_normal((MAX_OBJECTS + 1, 3))
    length = objects.jitter * rng.random((MAX_OBJECTS + 1, 1)) ** (1 / 3)
    return np.asarray(toward / np.linalg.norm(toward, axis=1, keepdims=True) * length)


def recolored(rgb: Vector3, handle: int, objects: Objects) -> Floats:
    """(3,): the colour that an object has instead of `rgb`."""
    return np.asarray(np.clip(np.array(rgb) + _moves(objects)[handle], 0.0, 1.0))


def gain(rgb: Vector3, handle: int, objects: Objects) -> Floats:
    """(3,): the factor on an object's pixels that gives it its other colour, whatever the light."""
    return np.asarray(recolored(rgb, handle, objects) / np.maximum(rgb, DARKEST))


def mottled(places: Floats, objects: Objects) -> Floats:
    """(N,): factors on the brightness of places (N, 3) in an object's own frame: the pattern moves along with it.

    A solid texture: a sum of waves through space needs no map from surface to image.
    """
    rng = np.random.default_rng(objects.seed)
    toward = rng.standard_normal((4, 3))
    waves = toward / np.linalg.norm(toward, axis=1, keepdims=True) * np.geomspace(*GRAIN_WAVES, 4)[:, None]
    height = np.sin(places @ waves.T + rng.uniform(0, 2 * math.pi, 4)).mean(axis=1)
    return np.asarray(1.0 + objects.grain * height)


# -- shadows -----------------------------------------------------------------------------------------------------------


def shadows(places: Floats, light: Light) -> NDArray[np.float32]:
    """A map of the table, 0 in the light and 1 in shadow, that objects cast which are seen at `places` (N, 3).

    What is below a visible place is taken for solid; shadows fall on the table alone, not on other objects. The map's
    outermost pixels are in the light.
    """
    toward = np.array(light.direction[:2]) / max(light.direction[2], 1e-3)
    heights = np.maximum(places[:, 2], 0.0) * np.linspace(0.0, 1.0, COLUMN)[:, None]
    shaded = places[:, :2] - heights[..., None] * toward
    found: NDArray[np.float32] = np.zeros(SHADOW_SHAPE, dtype=np.float32)
    found[shadow_pixels(shaded[..., 0], shaded[..., 1])] = 1.0
    found[[0, 1, -2, -1]] = found[:, [0, 1, -2, -1]] = 0.0
    for axis in (0, 1):  # a lamp is no point: its shadows have soft edges
        found = (np.roll(found, 1, axis) + 2 * found + np.roll(found, -1, axis)) / np.float32(4)
    return found


def shadow_pixels(x: Floats, y: Floats) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of the map of shadows at places on the table; those beside it are at its edge."""
    rows, columns = (
        np.clip((values - low) / SHADOW_PIXEL, 0, count - 1).astype(np.int32)
        for values, (low, _), count in zip((x, y), SHADOW_AREA, SHADOW_SHAPE, strict=True)
    )
    return rows, columns
