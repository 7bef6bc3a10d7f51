"""Library tasks as Gymnasium environments: importing this registers those of the home that the command line uses.

A task's program runs in the sandbox, once for each reset; the environment works from the layout that comes out of it.
Registration reads the names of folders and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memory.files import TaskFiles
from memory.home import home_path
from sim.environment import TabletopEnv
from sim.errors import TaskError
from sim.layout import Layout
from sim.registration import environment_id, human_task_names, register_environment
from sim.sandbox import Sandbox


@dataclass(frozen=True)
class SandboxedTask:
    """A task program as a function from seed to layout, for `TabletopEnv`.

    Attributes:
        source: The program's text.
        sandbox: Where it runs.
    """

    source: str
    sandbox: Sandbox = field(default_factory=Sandbox)

    def __call__(self, seed: int) -> Layout:
        """The layout of a seed.

        Raises:
            TaskError: The program cannot be laid out; the first finding says why.
        """
        answer = self.sandbox.layout(self.source, seed)
        if isinstance(answer, Layout):
            return answer
        first = answer[0]
        where = f"line {first.line}: " if first.line else ""
        raise TaskError(first.code, f"{where}{first.message}", first.hint, **first.values)


class LibraryEnv(TabletopEnv):
    """A task of a library.

    Args:
        task: Its name.
        home: The home of the library.
        options: As for `TabletopEnv`.

    Raises:
        UsageError: No such task.
        LibraryDamaged: Its files are damaged.
    """

    def __init__(self, task: str, home: str, **options: Any) -> None:
        super().__init__(SandboxedTask(TaskFiles(Path(home)).read(task).code), **options)


def register_library(home: Path | None = None) -> list[str]:
    """Registers every task of a library with Gymnasium, and returns their ids; call it again after new commits.

    The human-made tasks among them keep their meaning: they run without a sandbox.

    Args:
        home: The home; the command line's when none is given.
    """
    files = TaskFiles(home_path(home))
    for name in set(files.names()) - set(human_task_names()):
        register_environment(name, "tools.environments:LibraryEnv", home=str(files.home))
    return [environment_id(name) for name in files.names()]


register_library()
