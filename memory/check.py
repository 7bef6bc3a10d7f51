"""The check-up of a library: what is wrong with its files and its index, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from memory.errors import LibraryDamaged
from memory.files import TaskFiles
from memory.index import REBUILD_REMEDY, open_index
from sim.errors import EnvironmentBroken
from sim.layout import Frozen


class Problem(Frozen):
    """Something wrong with the library.

    Attributes:
        name: The task it is about, or the file where it is about no task; empty for the whole index.
        problem: What is wrong.
        remedy: What to do about it.
    """

    name: str
    problem: str
    remedy: str


def file_problems(files: TaskFiles) -> list[Problem]:
    """Damaged tasks, leftovers of interrupted writes and foreign files; with the library's lock held."""
    problems = [problem for name in files.names() for problem in _task_problems(files, name)]
    problems += [
        Problem(name=leftover.name, problem=f"{leftover} was left by a write", remedy=REBUILD_REMEDY)
        for leftover in files.leftovers()
    ]
    problems += [
        Problem(name=stranger.name, problem=f"{stranger} is no task's", remedy="move it elsewhere")
        for stranger in files.foreign()
    ]
    return problems


def index_problems(folder: Path, maker: str, expected: Mapping[str, str], names: set[str]) -> list[Problem]:
    """Tasks that are missing or out of date in the index, and entries without a task; with the lock held.

    Args:
        folder: The index.
        maker: What makes the vectors now.
        expected: The fingerprint of every task that can be read.
        names: The names of all tasks, damaged ones too.
    """
    if not folder.exists():
        problem = f"the index is gone: {len(expected)} tasks are not in it"
        return [Problem(name="", problem=problem, remedy=REBUILD_REMEDY)] if expected else []
    try:
        with open_index(folder, maker) as index:
            made_by, views = index.made_by(), index.fingerprints()
    except EnvironmentBroken as error:
        return [Problem(name="", problem=error.message, remedy=error.remedy)]
    if made_by != maker:
        problem = f"the index was made with {made_by or 'another model'}, not with {maker}"
        return [Problem(name="", problem=problem, remedy=REBUILD_REMEDY)]
    problems = [_missing(name) for name in expected if any(name not in found for found in views.values())]
    problems += [
        Problem(name=name, problem="the index has it, the library not", remedy=REBUILD_REMEDY)
        for name in sorted(set().union(*views.values()) - names)
    ]
    problems += [
        Problem(name=name, problem="changed since it was indexed", remedy=REBUILD_REMEDY)
        for name, fingerprint in expected.items()
        if any(found.get(name, fingerprint) != fingerprint for found in views.values())
    ]
    return problems


def _missing(name: str) -> Problem:
    return Problem(name=name, problem="missing in the index", remedy=REBUILD_REMEDY)


def _task_problems(files: TaskFiles, name: str) -> list[Problem]:
    try:
        files.read(name)
        files.read_pictures(name)
    except LibraryDamaged as error:
        return [Problem(name=name, problem=error.message, remedy=error.remedy)]
    return []
