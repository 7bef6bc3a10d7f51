"""What an exception of a candidate's own code says, as a finding: its line, its words, and what is meant instead."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from sim import geometry
from sim.builder import LayoutBuilder
from sim.errors import TaskError, did_you_mean
from sim.goals import is_pose
from sim.lines import CANDIDATE
from sim.program import offered
from sim.published import utilities
from sim.task import Task

MAX_MESSAGE = 500
# Names of numpy's older generator, and what they are called now.
GENERATOR = {
    "rand": "random",
    "randint": "integers",
    "randn": "standard_normal",
    "random_integers": "integers",
    "random_sample": "random",
    "ranf": "random",
    "sample": "random",
}
PARTS = dict.fromkeys(["position", "pos", "xyz", "translation", "location", "p"], "[0]") | dict.fromkeys(
    ["rotation", "orientation", "quaternion", "quat", "rot", "q"], "[1]"
)


POSES_ARE_GIVEN_TO = (geometry.__file__, utilities.__file__)


class OutOfTime(BaseException):
    """Laying out takes too long; raised wherever the candidate happens to be."""


def finding(error: BaseException) -> dict[str, Any]:
    """The finding of what stopped a candidate: code, message, hint, values and its own line, innermost."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == CANDIDATE]
    told = _told(error)
    return {
        "code": told.code,
        "message": told.message[:MAX_MESSAGE],
        "hint": told.remedy,
        "values": told.values,
        "line": lines[-1] if lines else None,
    }


def _told(error: BaseException) -> TaskError:
    if isinstance(error, TaskError):
        return error
    if isinstance(error, OutOfTime):
        return TaskError("time-limit", "laying out takes too long", "leave a loop after a number of tries")
    if isinstance(error, MemoryError):
        return TaskError("memory-limit", "laying out took too much memory", "look for a list that grows without end")
    misused = _no_pose(error.__traceback__)
    if misused is not None:
        return misused
    remedy, values = _remedy(error)
    return TaskError("raised", f"{type(error).__name__}: {error}", remedy, **values)


def _remedy(error: BaseException) -> tuple[str, Mapping[str, Any]]:
    if isinstance(error, UnboundLocalError):
        return "give it a value before this line", {}
    if isinstance(error, AttributeError):
        return _attribute(error)
    if isinstance(error, IndexError):
        return "the first has index 0, the last of n has index n - 1", {}
    if isinstance(error, TypeError) and str(error).startswith("tuple indices must be"):
        return "a pose is a tuple: [0] is the position (x, y, z), [1] the rotation", {}
    if isinstance(error, RecursionError):
        return "a function calls itself without an end", {}
    if isinstance(error, TypeError) and re.search(r'not "(float|int)"\) to tuple', str(error)):
        return "a position is a tuple: apply(pose, (dx, dy, dz)) gives a point beside it", {}
    return "", {}


def _attribute(error: AttributeError) -> tuple[str, Mapping[str, Any]]:
    owner, name = error.obj, str(error.name)
    if isinstance(owner, tuple) and name in PARTS:
        return f"a pose is a tuple (position, quaternion): replace `.{name}` by `{PARTS[name]}`", {}
    if isinstance(owner, (np.random.Generator, np.ndarray)):
        known = [item for item in dir(owner) if not item.startswith("_")]
        return did_you_mean(name, known, GENERATOR), {"given": name}
    if isinstance(owner, (Task, LayoutBuilder)):
        return did_you_mean(name, offered(type(owner))), {"given": name}
    return "", {}


def _no_pose(trace: TracebackType | None) -> TaskError | None:
    """What is said when the candidate gave something else for a pose to one of our functions of geometry."""
    frames: list[FrameType] = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    called = next((frame for frame in frames if frame.f_code.co_filename in POSES_ARE_GIVEN_TO), None)
    if called is None:
        return None
    for name in called.f_code.co_varnames[: called.f_code.co_argcount]:
        given = called.f_locals.get(name)
        if name in ("pose", "first", "second") and not is_pose(given):
            message = f"{called.f_code.co_name} takes a pose, and {str(given)[:80]} is none"
            remedy = "a pose is ((x, y, z), (qx, qy, qz, qw)) in metres"
            if any(is_pose(value) for value in called.f_locals.values()):
                remedy = "the pose comes first, then the point"
            return TaskError("bad-pose", message, remedy, argument=name)
    return None
