"""The world: scene, robot, assets, tasks, oracle, environment, sandbox, verification. Imports nothing of ours.

Names are loaded when they are first used, so that a task program (`from sim import Task, colors`) does not load a
simulator. Importing it registers the human-made tasks with Gymnasium.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim.registration import register_when_gymnasium_is_there

if TYPE_CHECKING:
    from sim.builder import LayoutBuilder as LayoutBuilder
    from sim.builder import lay_out as lay_out
    from sim.catalogue import Asset as Asset
    from sim.environment import TabletopEnv as TabletopEnv
    from sim.errors import EnvironmentBroken as EnvironmentBroken
    from sim.errors import SimsmithError as SimsmithError
    from sim.errors import TaskError as TaskError
    from sim.errors import UsageError as UsageError
    from sim.layout import Layout as Layout
    from sim.sandbox import Limits as Limits
    from sim.sandbox import Sandbox as Sandbox
    from sim.signature import Signature as Signature
    from sim.task import Goal as Goal
    from sim.task import Task as Task
    from sim.task import colors as colors
    from sim.verdict import Diagnostic as Diagnostic
    from sim.verdict import Verdict as Verdict
    from sim.verification import verify as verify
    from sim.workers import LocalWorkers as LocalWorkers
    from sim.workers import Lost as Lost
    from sim.workers import Workers as Workers

_WHERE = {
    "Asset": "catalogue",
    "Diagnostic": "verdict",
    "EnvironmentBroken": "errors",
    "Goal": "task",
    "Layout": "layout",
    "LayoutBuilder": "builder",
    "Limits": "sandbox",
    "LocalWorkers": "workers",
    "Lost": "workers",
    "Sandbox": "sandbox",
    "Signature": "signature",
    "SimsmithError": "errors",
    "TabletopEnv": "environment",
    "Task": "task",
    "TaskError": "errors",
    "UsageError": "errors",
    "Verdict": "verdict",
    "Workers": "workers",
    "colors": "task",
    "lay_out": "builder",
    "verify": "verification",
}
__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(f"sim.{_WHERE[name]}"), name)


register_when_gymnasium_is_there()
