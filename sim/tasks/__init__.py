"""The human-made tasks, one file each. Adding a task means adding a file: they are found, not registered."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path

from sim.errors import UsageError, did_you_mean
from sim.task import Task, task_name


@cache
def human_tasks() -> dict[str, type[Task]]:
    """Every human-made task by its name."""
    found: dict[str, type[Task]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for item in vars(module).values():
            if inspect.isclass(item) and issubclass(item, Task) and item.__module__ == module.__name__:
                found[task_name(item.__name__)] = item
    return dict(sorted(found.items()))


def human_task(name: str) -> type[Task]:
    """The human-made task of this name.

    Raises:
        UsageError: No such task.
    """
    if name not in human_tasks():
        raise UsageError(f"no human-made task {name!r}", did_you_mean(name, human_tasks()))
    return human_tasks()[name]


def human_sources() -> dict[str, str]:
    """The source text of every human-made task by its name."""
    return {name: Path(inspect.getfile(item)).read_text(encoding="utf-8") for name, item in human_tasks().items()}
