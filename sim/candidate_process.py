"""The only process that runs a candidate's code: it lays out each seed and writes layouts. Run by `sim/server.py`."""

from __future__ import annotations

import ast
import builtins
import signal
import sys
from types import CodeType, ModuleType
from typing import Any

from sim.builder import LayoutBuilder, lay_out
from sim.errors import TaskError
from sim.layout import Rules
from sim.lines import CANDIDATE
from sim.lookalikes import lookalikes
from sim.published import is_published, modules
from sim.published.scene import PublishedScene
from sim.raised import OutOfTime, finding
from sim.reach import ALLOWED_MODULES, FORBIDDEN_NAMES
from sim.task import Task

PATIENCE = 0.9  # of the time that the process has
MODULE = "candidate"
ALLOWED_ROOTS = frozenset(name.split(".")[0] for name in ALLOWED_MODULES)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Layouts, or a finding, for each seed of `{"source", "task_class", "seeds", "rules"}`.

    A finding ends it. When little is left of the `seconds` that the process has (if they are given), the candidate is
    stopped, to see where it is.
    """
    tree = ast.parse(request["source"], CANDIDATE)
    code = compile(tree, CANDIDATE, "exec", dont_inherit=True)  # what this file has from __future__ is not theirs
    scene = PublishedScene if is_published(tree) else LayoutBuilder
    outcomes: list[dict[str, Any]] = []
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * float(request.get("seconds", 0.0)))  # 0 sets none
    try:
        for seed in request["seeds"]:
            outcome = _lay_out(code, request["task_class"], scene(seed), request["rules"])
            outcomes.append(outcome)
            if "finding" in outcome:
                break
    except OutOfTime as error:  # between two seeds
        outcomes.append({"finding": finding(error)})
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    return {"outcomes": outcomes}


def _out_of_time(*_: object) -> None:
    raise OutOfTime


def _lay_out(code: CodeType, class_name: str, env: LayoutBuilder, rules: Rules) -> dict[str, Any]:
    foreign = modules(env) if isinstance(env, PublishedScene) else {}
    # A fresh module for each seed, so that nothing a candidate keeps in globals passes from seed to seed.
    candidate = ModuleType(MODULE)
    candidate.__dict__["__builtins__"] = _allowed_builtins(foreign)
    sys.modules[MODULE] = candidate  # where a dataclass looks up what its annotations name
    try:
        exec(code, candidate.__dict__)
        task_class = candidate.__dict__[class_name]
        if not (isinstance(task_class, type) and issubclass(task_class, Task)):
            raise TaskError("no-task-class", f"{class_name} is not a Task", "write `class MyTask(Task):`")
        layout, _ = lay_out(task_class, env.seed, rules=rules, env=env)
        if rules == "strict" and not foreign:  # published files are loose in this
            for wrong in lookalikes(layout):
                raise wrong
        warnings = [item.model_dump() for item in env.warnings]
        return {"layout": layout.model_dump(), "warnings": warnings, "lines": env.lines.model_dump()}
    except BaseException as error:  # whatever the candidate's own code raises is its finding, SystemExit too
        told = finding(error)
        return {"finding": told | {"line": told["line"] or env.lines.of(told["values"])}}


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
