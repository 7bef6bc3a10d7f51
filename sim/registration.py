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
    """Registers a task, unless its name is taken already; returns its id."""
    name = environment_id(task)
    if name not in registry:
        register(name, entry_point, kwargs={"task": task, **keywords})
    return name


def register_human_tasks() -> None:
    """Registers every human-made task."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent / "tasks")]):
        register_environment(module.name.replace("_", "-"), "sim.environment:TabletopEnv")
