"""The only process that runs a candidate's code: it lays out each seed and writes layouts. Run by `sim/server.py`."""

from __future__ import annotations

import ast
import builtins
import traceback
from types import CodeType, ModuleType
from typing import Any

from sim.builder import LayoutBuilder, lay_out
from sim.errors import TaskError
from sim.layout import Rules
from sim.published import is_published, modules
from sim.published.scene import PublishedScene
from sim.reach import ALLOWED_MODULES, FORBIDDEN_NAMES
from sim.task import Task

FILE = "<candidate>"
ALLOWED_ROOTS = frozenset(name.split(".")[0] for name in ALLOWED_MODULES)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Layouts, or a finding, for each seed of `{"source", "task_class", "seeds", "rules"}`; a finding ends it."""
    tree = ast.parse(request["source"], FILE)
    code, scene = compile(tree, FILE, "exec"), PublishedScene if is_published(tree) else LayoutBuilder
    outcomes: list[dict[str, Any]] = []
    for seed in request["seeds"]:
        outcome = _lay_out(code, request["task_class"], scene(seed), request["rules"])
        outcomes.append(outcome)
        if "finding" in outcome:
            break
    return {"outcomes": outcomes}


def _lay_out(code: CodeType, class_name: str, env: LayoutBuilder, rules: Rules) -> dict[str, Any]:
    foreign = modules(env) if isinstance(env, PublishedScene) else {}
    # A fresh module for each seed, so that nothing a candidate keeps in globals passes from seed to seed.
    module: dict[str, Any] = {"__name__": "candidate", "__builtins__": _allowed_builtins(foreign)}
    try:
        exec(code, module)
        task_class = module[class_name]
        if not (isinstance(task_class, type) and issubclass(task_class, Task)):
            raise TaskError("no-task-class", f"{class_name} is not a Task", "write `class MyTask(Task):`")
        layout, _ = lay_out(task_class, env.seed, rules=rules, env=env)
    except TaskError as error:
        finding = {"code": error.code, "message": error.message, "hint": error.remedy, "values": error.values}
        return {"finding": finding | {"line": _line(error)}}
    except MemoryError as error:
        message = "laying out took too much memory"
        return {"finding": {"code": "memory-limit", "message": message, "hint": "", "line": _line(error)}}
    except BaseException as error:  # whatever the candidate's own code raises is its finding, SystemExit too
        message = f"{type(error).__name__}: {error}"[:500]
        return {"finding": {"code": "raised", "message": message, "hint": "", "line": _line(error)}}
    warnings = [item.model_dump() for item in env.warnings]
    return {"layout": layout.model_dump(), "warnings": warnings}


def _line(error: BaseException) -> int | None:
    """The candidate's own line, innermost."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    return lines[-1] if lines else None


def _allowed_builtins(foreign: dict[str, ModuleType]) -> dict[str, Any]:
    def import_(name: str, *arguments: Any, **keywords: Any) -> Any:
        if name in foreign:
            listed = arguments[2] if len(arguments) > 2 else keywords.get("fromlist")
            return foreign[name if listed else name.split(".")[0]]
        # By its first part only: what a module's native code imports for itself is seen as the candidate's import too.
        if name.split(".")[0] not in ALLOWED_ROOTS:
            raise ImportError(f"a task may not import {name!r}")
        return builtins.__import__(name, *arguments, **keywords)

    allowed = {name: value for name, value in vars(builtins).items() if name not in FORBIDDEN_NAMES}
    allowed["__import__"] = import_
    return allowed
