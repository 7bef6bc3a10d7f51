"""What published files take from `utils`: colours, and arithmetic with poses.

Names and meanings are those of Ravens (arXiv 2010.14406), CLIPort (2109.12098) and GenSim (2310.01361).
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import geometry, palette
from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.geometry import as_loose_pose, euler_quaternion, invert, yaw_of
from sim.layout import Pose, Quaternion, Vector3

__all__ = [
    "COLORS",
    "EVAL_COLORS",
    "TRAIN_COLORS",
    "apply",
    "assembling_kit_shapes",
    "eulerXYZ_to_quatXYZW",
    "get_colors",
    "get_colors_names",
    "get_pybullet_quaternion_from_rot",
    "get_random_color",
    "get_rot_from_pybullet_quaternion",
    "invert",
    "map_kit_scale",
    "mkdir",
    "mkdir_if_missing",
    "multiply",
    "quatXYZW_to_eulerXYZ",
]


class Palette(dict[str, list[float]]):
    """Colours by name, as lists: published files append the opacity to them."""

    def __missing__(self, name: str) -> list[float]:
        raise TaskError("unknown-color", f"no colour {name!r}", palette.color_hint(str(name), self), given=str(name))


COLORS = Palette({name: list(rgb) for name, rgb in palette.COLORS.items()})
# The rest of a rainbow and the metals, which GenSim's files name: the web's values.
COLORS |= {
    "indigo": [75 / 255, 0.0, 130 / 255],
    "violet": [238 / 255, 130 / 255, 238 / 255],
    "silver": [192 / 255, 192 / 255, 192 / 255],
    "gold": [255 / 255, 215 / 255, 0.0],
}
TRAIN_COLORS = list(palette.TRAIN_COLORS)
EVAL_COLORS = list(palette.EVAL_COLORS)

# Names of the kitting shapes 00.obj .. 19.obj.
assembling_kit_shapes = {
    number: mesh.kind for number, mesh in enumerate(find_asset("kitting/object-template.urdf").meshes.values())
}


def fresh() -> dict[str, Any]:
    """Every name of this module that published files take; the tables are copies, which a program may change."""
    members = {name: globals()[name] for name in __all__}
    tables = {name: copy.deepcopy(value) for name, value in members.items() if isinstance(value, (list, dict))}
    return members | tables


def get_colors_names(mode: str) -> list[str]:
    """Names of a split's colours: `train`, `full`, or the unseen ones."""
    both = [*TRAIN_COLORS, *(name for name in EVAL_COLORS if name not in TRAIN_COLORS)]
    return {"train": list(TRAIN_COLORS), "full": both}.get(mode, list(EVAL_COLORS))


def get_colors(mode: str, n_colors: int = -1, **_keywords: Any) -> tuple[list[list[float]], list[str]]:
    """RGB values and names of a split's colours; `n_colors` of them, drawn by chance, or all in their order."""
    names = get_colors_names(mode)
    if n_colors != -1:
        names = random.sample(names, n_colors)
    return [list(COLORS[name]) for name in names], names


def get_random_color() -> tuple[list[list[float]], list[str]]:
    """One of the seen colours."""
    return get_colors("train", 1)


def sample(population: Iterable[Any], k: int, **keywords: Any) -> list[Any]:
    """`random.sample`, which took sets and views before Python 3.11."""
    return random.sample(population if isinstance(population, Sequence) else list(population), k, **keywords)


def apply(pose: object, position: Any) -> tuple[Any, ...]:
    """Points of a pose's frame in the world frame: one (x, y, z), or an array (3, points)."""
    points: NDArray[np.float64] = np.asarray(position, dtype=float)
    placed = np.array([geometry.apply(as_loose_pose(pose), point) for point in points.reshape(3, -1).T.tolist()])
    return tuple(placed.T.reshape(points.shape).tolist() if points.ndim == 1 else placed.T.reshape(points.shape))


def multiply(pose0: object, pose1: object) -> Pose:
    """`pose1`, given in the frame of `pose0`, in the world frame."""
    return geometry.multiply(as_loose_pose(pose0), as_loose_pose(pose1))


def eulerXYZ_to_quatXYZW(rotation: Sequence[float]) -> Quaternion:
    """Quaternion of turns about the fixed axes z, then x, then y (rad), which is the field's order."""
    x, y, z = map(float, rotation)
    turns = [euler_quaternion((x, 0.0, 0.0)), euler_quaternion((0.0, y, 0.0)), euler_quaternion((0.0, 0.0, z))]
    origin = (0.0, 0.0, 0.0)
    about_x, about_y, about_z = ((origin, turn) for turn in turns)
    return geometry.multiply(about_y, geometry.multiply(about_x, about_z))[1]


def quatXYZW_to_eulerXYZ(quaternion_xyzw: Sequence[float]) -> Vector3:
    """The turns (rad) about x, y and z whose quaternion this is."""
    rotation = as_loose_pose(((0.0, 0.0, 0.0), quaternion_xyzw))[1]
    x_axis, y_axis, z_axis = (geometry.rotate(rotation, axis) for axis in np.eye(3).tolist())
    # The matrix is Ry Rx Rz; its second row is (cos x sin z, cos x cos z, -sin x).
    if math.hypot(x_axis[1], y_axis[1]) < 1e-9:
        return math.asin(max(-1.0, min(1.0, -z_axis[1]))), 0.0, yaw_of(rotation)
    return (
        math.atan2(-z_axis[1], math.hypot(x_axis[1], y_axis[1])),
        math.atan2(z_axis[0], z_axis[2]),
        math.atan2(x_axis[1], y_axis[1]),
    )


get_pybullet_quaternion_from_rot = eulerXYZ_to_quatXYZW
get_rot_from_pybullet_quaternion = quatXYZW_to_eulerXYZ


def map_kit_scale(scale: Any) -> Any:
    """The scale of a kitting shape; it is the same for every way of drawing here."""
    return scale


def mkdir(_path: object) -> None:
    """Makes no folder: a task writes no files."""


mkdir_if_missing = mkdir
