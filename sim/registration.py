"""Registration with Gymnasium: `import sim` makes every human-made task an environment, `simsmith/<task>-v0`.

Gymnasium looks for no plugins; environments are registered by an import. It is not imported for that, since every
process that lays out a task would pay for it: when it is not there yet, the tasks are registered as soon as it is.
Nothing of ours is loaded either: the names are those of the files, and the environment is imported when the first one
is made.
"""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any


def environment_id(task: str) -> str:
    """What Gymnasium calls a task."""
    return f"simsmith/{task}-v0"


def register_environment(task: str, entry_point: str, **keywords: Any) -> str:
    """Registers a task and returns its id; the last to register a name decides what it means."""
    from gymnasium.envs.registration import register, registry

    name = environment_id(task)
    registry.pop(name, None)
    register(name, entry_point, kwargs={"task": task, **keywords})
    return name


class _Watcher(MetaPathFinder):
    """Sees Gymnasium being imported, and then registers the human-made tasks."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                register_human_tasks()

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec


def register_when_gymnasium_is_there() -> None:
    """Registers every human-made task: now, or as soon as Gymnasium is imported."""
    if "gymnasium" in sys.modules:
        register_human_tasks()
    else:
        sys.meta_path.insert(0, _Watcher())


def register_human_tasks() -> None:
    """Registers every human-made task."""
    for name in human_task_names():
        register_environment(name, "sim.environment:TabletopEnv")


def human_task_names() -> list[str]:
    """Names of the human-made tasks, by their files."""
    folder = str(Path(__file__).parent / "tasks")
    return [module.name.replace("_", "-") for module in pkgutil.iter_modules([folder])]
