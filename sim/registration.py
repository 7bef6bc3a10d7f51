"""Registration with Gymnasium: `import sim` makes every human-made task an environment, `simsmith/<task>-v0`.

Gymnasium looks for no plugins; environments are registered by an import. Nothing of ours is loaded here: the names are
those of the files, and the environment is imported when the first one is made.
"""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Any

from gymnasium.envs.registration import register, registry


def environment_id(task: str) -> str:
    """What Gymnasium calls a task."""
    return f"simsmith/{task}-v0"


def register_environment(task: str, entry_point: str, **keywords: Any) -> str:
    """Registers a task and returns its id; the last to register a name decides what it means."""
    name = environment_id(task)
    registry.pop(name, None)
    register(name, entry_point, kwargs={"task": task, **keywords})
    return name


def register_human_tasks() -> None:
    """Registers every human-made task."""
    for name in human_task_names():
        register_environment(name, "sim.environment:TabletopEnv")


def human_task_names() -> list[str]:
    """Names of the human-made tasks, by their files."""
    folder = str(Path(__file__).parent / "tasks")
    return [module.name.replace("_", "-") for module in pkgutil.iter_modules([folder])]
