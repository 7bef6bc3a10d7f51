"""Task files that somebody wrote: as text, and as programs with a name each.

A program holds one task class. Of a file with several, such as some of those published with CLIPort, each becomes a
program of its own.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from memory.files import is_task_name
from sim.errors import UsageError
from sim.program import last_name
from sim.screen import own_tasks, parse
from sim.syntax import syntax_tree
from sim.task import task_name
from sim.verdict import Diagnostic

MOST_BYTES = 1_000_000
MOST_FILES = 20_000


@dataclass(frozen=True)
class Program:
    """A task program.

    Attributes:
        name: Its name in the library, from its class, or from its file where the class gives none.
        source: The whole program.
        file: Where it stands.
        is_task: Whether there is a task class in it.
    """

    name: str
    source: str
    file: Path
    is_task: bool = True


def read_source(file: Path) -> str:
    """The text of a task file.

    Raises:
        UsageError: It cannot be read. What is not text is read all the same: the verdict says that it is no program.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES)
    except FileNotFoundError:
        raise UsageError(f"no file {file}", "check the path") from None
    except IsADirectoryError:
        raise UsageError(f"{file} is a folder", "name the task files in it") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "check its permissions") from None
    try:
        return importlib.util.decode_source(data)  # as Python reads it: byte order mark, coding line, line ends
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return data.decode("utf-8", "replace")


def task_files(folder: Path) -> list[Path]:
    """The Python files in a folder and below it, in order; without hidden folders.

    Raises:
        UsageError: There is none, or there are so many that another folder was meant.
    """
    files: list[Path] = []
    for path in folder.rglob("*.py"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            files.append(path)
        if len(files) > MOST_FILES:
            raise UsageError(f"{folder} holds more than {MOST_FILES:,} Python files", "name the folder with the tasks")
    if not files:
        raise UsageError(f"{folder} holds neither tasks of a library nor Python files", "name a folder that does")
    return sorted(files)


def programs(file: Path) -> list[Program]:
    """The programs of a file; at least one, which may be no task.

    Raises:
        UsageError: The file cannot be read.
    """
    source = read_source(file)
    parsed = parse(source)
    if not isinstance(parsed, Diagnostic):
        return [Program(program_name(parsed[1].name, file), source, file)]
    if parsed.code == "several-task-classes":
        return [Program(program_name(name, file), part, file) for name, part in _parts(source)]
    return [Program(program_name("", file), source, file, is_task=parsed.code != "no-task-class")]


def program_name(class_name: str, file: Path) -> str:
    """The name of a task: that of its class, or of its file where the class gives none that can be one."""
    name = task_name(class_name)
    return name if is_task_name(name) else re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:80] or "task"


def _parts(source: str) -> Iterator[tuple[str, str]]:
    """For each task class of a program its name, and the program without the others."""
    tree = syntax_tree(source)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    lines = source.split("\n")
    for chosen in own_tasks(tree):
        kept = set(_bases(chosen.name, classes))
        gone: set[int] = set()
        for name, node in classes.items():
            if name not in kept and "Task" in _bases(name, classes):
                first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
                gone.update(range(first - 1, node.end_lineno or node.lineno))
        yield chosen.name, "\n".join(line for number, line in enumerate(lines) if number not in gone)


def _bases(name: str, classes: dict[str, ast.ClassDef]) -> list[str]:
    """A class and everything that it derives from, by name."""
    found = [name]
    for known in found:
        bases = [last_name(base) for base in classes[known].bases] if known in classes else []
        found += [base for base in bases if base not in found]
    return found
