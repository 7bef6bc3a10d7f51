"""The tasks that a policy practises and is tested on: human-made ones, those of a library, and task files.

A task is named and can be laid out from a seed. Programs of a library and of files run in the sandbox, in the process
that asks; workers are given the layouts, which are plain data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from memory.files import TaskFiles
from sim.builder import lay_out
from sim.errors import TaskError, UsageError, did_you_mean
from sim.layout import Layout, Rules
from sim.sandbox import Sandbox
from sim.tasks import human_sources, human_task, human_tasks
from tools.task_files import programs

Mode = Literal["train", "test"]
GROUPS = ("human", "generated", "all")


@dataclass(frozen=True)
class PracticeTask:
    """A task that can be laid out.

    Attributes:
        name: Its name.
        source: The text of its program; None for a human-made task, which is laid out without the sandbox.
        mode: Seen (`train`) or unseen (`test`) colours and shapes; human-made tasks alone know the difference.
        origin: `human`, the name of the model that wrote it, or `file`.
    """

    name: str
    source: str | None = None
    mode: Mode = "train"
    origin: str = "human"

    @property
    def program_hash(self) -> str:
        """SHA-256 of the program, in hexadecimal digits."""
        source = human_sources()[self.name] if self.source is None else self.source
        return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()

    def layout(self, seed: int, sandbox: Sandbox, rules: Rules = "strict") -> Layout:
        """The layout of a seed.

        Args:
            seed: The episode's seed.
            sandbox: Where a program runs.
            rules: Under Ravens' rules some of what would stop a program is passed over.

        Raises:
            TaskError: The task cannot be laid out; the first finding says why.
        """
        if self.source is None:
            return lay_out(human_task(self.name), seed, self.mode, rules)[0]
        laid_out = sandbox.layouts(self.source, [seed], rules)
        if laid_out.layouts:
            return laid_out.layouts[0]
        first = next(item for item in laid_out.diagnostics if item.severity == "error")
        where = f"line {first.line}: " if first.line else ""
        raise TaskError(first.code, f"{where}{first.message}", first.hint, **first.values)


def find_tasks(names: Iterable[str], home: Path, sandbox: Sandbox, mode: Mode = "train") -> list[PracticeTask]:
    """The tasks of these names, each once, in the order in which they are named.

    Args:
        names: Names of human-made tasks or of tasks of the library, paths of task files (`.py`), `human` (all
            human-made tasks), `generated` (all others of the library), or `all` (both).
        home: The home of the library.
        sandbox: Where a file's program is laid out once, so that one that cannot be is refused at once.
        mode: Seen or unseen colours and shapes for human-made tasks.

    Raises:
        UsageError: There is no such task or file, two tasks have one name, or nothing is named.
        TaskError: A file's program cannot be laid out.
        LibraryDamaged: The files of a task of the library are damaged.
    """
    library = TaskFiles(home)
    generated = [name for name in library.names() if name not in human_tasks()]
    found: dict[str, PracticeTask] = {}
    for name in names:
        if name.endswith(".py"):
            chosen = _of_file(Path(name).expanduser(), sandbox)
        else:
            chosen = [_of_name(item, library, mode) for item in _expanded(name, generated)]
        for task in chosen:
            if found.setdefault(task.name, task) != task:
                raise UsageError(f"two different tasks are called {task.name!r}", "name one of them")
    if not found:
        raise UsageError(
            "no task is named", f"name human-made tasks, tasks of the library, .py files, or {', '.join(GROUPS)}"
        )
    return list(found.values())


def _expanded(name: str, generated: Sequence[str]) -> list[str]:
    """The names that a name stands for."""
    if name == "generated" and not generated:
        raise UsageError("the library has no generated tasks", "simsmith explore makes some")
    groups = {"human": [*human_tasks()], "generated": [*generated], "all": [*human_tasks(), *generated]}
    if name in groups:
        return groups[name]
    known = groups["all"]
    if name not in known:
        raise UsageError(f"no task {name!r}", did_you_mean(name, [*GROUPS, *known]))
    return [name]


def _of_name(name: str, library: TaskFiles, mode: Mode) -> PracticeTask:
    if name in human_tasks():
        return PracticeTask(name, mode=mode)
    record = library.read(name)
    return PracticeTask(name, record.code, origin=record.origin)


def _of_file(file: Path, sandbox: Sandbox) -> list[PracticeTask]:
    """The tasks of a file, most often one."""
    tasks = []
    for program in programs(file):
        if not program.is_task:
            raise UsageError(f"{file} has no task class in it", "name a file with a class that derives from Task")
        task = PracticeTask(program.name, program.source, origin="file")
        try:
            task.layout(0, sandbox, "ravens")
        except TaskError as error:
            raise TaskError(error.code, f"{file}: {error.message}", error.remedy, **error.values) from None
        tasks.append(task)
    return tasks
