"""Goals as records: reads the arguments of `Task.add_goal`, and says which of them is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np
from pydantic import ValidationError

from sim.errors import TaskError, about, did_you_mean
from sim.geometry import as_pose, as_size
from sim.layout import GoalSpec, Zone

METRICS = ("pose", "zone")
UNKNOWN_SYMMETRY = -1.0  # the builder, which knows the shapes, puts in what a task leaves open
GUIDE = "see add_goal in the task guide"
HANDLES = "objs takes the handles that env.add_object returns"
ZONES = "a zone goal needs params=[(zone_pose, zone_size), ...]"


def goal_spec(
    objs: Any,
    matches: Any,
    targ_poses: Any,
    replace: bool,
    rotations: bool,
    metric: str,
    params: Any,
    *,
    symmetries: Sequence[float] | None = None,
    share: float = 1.0,
    instruction: str = "",
) -> GoalSpec:
    """A goal as a record, checked; the arguments are those of `Task.add_goal`.

    Raises:
        TaskError: `malformed-goal`, `bad-pose`, `bad-size`, `unknown-metric`; the value `argument` says which one.
    """
    handles = _handles(objs)
    if is_pose(targ_poses) and len(targ_poses[1]) == 4:  # of three numbers each, they are two bare positions
        raise malformed("targ_poses is one pose, not a list of them", "targ_poses", "write [pose]")
    with about("targ_poses"):
        targets = tuple(as_pose(pose) for pose in _sequence(targ_poses, "targ_poses"))
    if metric not in METRICS:
        hint = did_you_mean(str(metric), METRICS)
        raise TaskError("unknown-metric", f"no metric {metric!r}", hint, given=str(metric), argument="metric")
    if symmetries is not None and len(_sequence(symmetries, "symmetries")) != len(handles):
        message = f"{len(symmetries)} symmetries for {len(handles)} objects"
        raise malformed(message, "symmetries", "give one angle for each object, or leave them out")
    try:
        return GoalSpec(
            objects=handles,
            matches=_matches(matches, len(handles), len(targets)),
            targets=targets,
            replace=bool(replace),
            rotations=bool(rotations),
            metric=cast(Literal["pose", "zone"], metric),
            zones=_zones(params) if metric == "zone" else (),
            symmetries=_angles(symmetries, len(handles)),
            share=share,
            instruction=instruction.strip(),
        )
    except ValidationError as error:
        raise malformed(first_problem(error)) from None


def first_problem(error: ValidationError) -> str:
    """What a record's types say first: `symmetries.0: Input should be a finite number`."""
    first = error.errors()[0]
    return ".".join([*map(str, first["loc"])] or ["goal"]) + f": {first['msg']}"


def malformed(message: str, argument: str = "", remedy: str = GUIDE, **values: Any) -> TaskError:
    """A goal that is not well formed: why, by which argument of `add_goal`, and how it is mended."""
    return TaskError("malformed-goal", message, remedy, **values, **({"argument": argument} if argument else {}))


def _sequence(value: Any, what: str) -> list[Any]:
    try:
        items = list(value)
    except TypeError:
        raise malformed(f"{what} is not a list", what, f"write a list: [{what}]") from None
    if not items:
        raise malformed(f"{what} is empty", what)
    return items


def as_number(value: Any, what: str) -> float:
    """A number.

    Raises:
        TaskError: `malformed-goal`.
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        raise malformed(f"{what} is not a number, but {value!r:.40}", what) from None


def _handles(objs: Any) -> tuple[int, ...]:
    handles = _sequence(objs, "objs")
    for handle in handles:
        if isinstance(handle, bool) or not isinstance(handle, (int, np.integer)):
            kind = "a pose" if is_pose(handle) else "None" if handle is None else type(handle).__name__
            raise malformed(f"objs holds {kind}, not the handles that env.add_object returns", "objs", HANDLES)
    if len({int(handle) for handle in handles}) < len(handles):
        raise malformed("objs names an object twice", "objs")
    return tuple(int(handle) for handle in handles)


def _matches(matches: Any, rows: int, columns: int) -> tuple[tuple[bool, ...], ...]:
    try:
        matrix = np.asarray(matches, dtype=float)
    except (TypeError, ValueError):
        raise malformed("matches is not a matrix of numbers", "matches") from None
    if matrix.shape != (rows, columns):
        message = f"matches has shape {matrix.shape}, but there are {rows} objects and {columns} targets"
        remedy = "it has a row for each object and a column for each target"
        raise malformed(message, "matches", remedy, shape=[rows, columns])
    if not (matrix > 0).any(axis=1).all():
        raise malformed("matches gives an object no target", "matches")
    return tuple(tuple(bool(cell) for cell in row) for row in matrix > 0)


def _zones(params: Any) -> tuple[Zone, ...]:
    try:
        pairs = [(pose, size) for pose, size in params]
    except (TypeError, ValueError):
        raise malformed(ZONES, "params", "the zone's pose and its size (x, y, z) in metres") from None
    with about("params"):
        if any(is_pose(size) and not is_pose(pose) for pose, size in pairs):
            raise malformed("params has a size before a pose", "params", ZONES)
        return tuple(Zone(pose=as_pose(pose), size=as_size(size)) for pose, size in pairs)


def _angles(symmetries: Sequence[float] | None, count: int) -> tuple[float, ...]:
    angles = (UNKNOWN_SYMMETRY,) * count
    if symmetries is not None:
        angles = tuple(as_number(angle, "symmetries") for angle in symmetries)
    for angle in angles:
        if 2 * np.pi + 1e-6 < angle < np.inf:
            message = f"a symmetry of {angle:g} rad is more than a full turn"
            raise malformed(message, "symmetries", "angles are in radians: np.pi / 2 for a cube, 0 for a ball")
    return angles


def is_pose(value: Any) -> bool:
    """Whether this is ((x, y, z), rotation)."""
    try:
        position, rotation = value
        return len(position) == 3 and len(rotation) in (3, 4)
    except (TypeError, ValueError):
        return False
