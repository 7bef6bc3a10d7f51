"""The check-up of a library: what is wrong with its files and its index, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from memory.errors import LibraryDamaged
from memory.files import TaskFiles
from memory.index import INDEX_VIEWS, REBUILD_REMEDY, IndexDoor, Metadata
from memory.novelty import View
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


def index_problems(
    door: IndexDoor, maker: str, expected: Mapping[str, Mapping[str, str]], names: set[str]
) -> list[Problem]:
    """Tasks that are missing or out of date in the index, and entries without a task; with the lock held.

    Args:
        door: The way to the index.
        maker: What makes the vectors now.
        expected: What the index keeps of every task that can be read, see `memory.keeper.entry_of`.
        names: The names of all tasks, damaged ones too.
    """
    if not door.exists():
        problem = f"the index is gone: {len(expected)} tasks are not in it"
        return [Problem(name="", problem=problem, remedy=REBUILD_REMEDY)] if expected else []
    try:
        with door.open(maker, "") as index:
            made_by, views = index.made_by(), {view: index.metadatas(view) for view in INDEX_VIEWS}
    except EnvironmentBroken as error:
        return [Problem(name="", problem=error.message, remedy=error.remedy)]
    if made_by != maker:
        problem = f"the index was made with {made_by or 'another model'}, not with {maker}"
        return [Problem(name="", problem=problem, remedy=REBUILD_REMEDY)]
    drift = {name: _drift(name, entry, views) for name, entry in expected.items()}
    problems = [Problem(name=name, problem=what, remedy=REBUILD_REMEDY) for name, what in drift.items() if what]
    return problems + [
        Problem(name=name, problem="the index has it, the library not", remedy=REBUILD_REMEDY)
        for name in sorted(set().union(*views.values()) - names)
    ]


def _drift(name: str, entry: Mapping[str, str], views: Mapping[View, Mapping[str, Metadata]]) -> str:
    """How a task and its entries differ; empty when they do not."""
    wanted = {view for view in INDEX_VIEWS if view != "scene" or entry["signature"]}
    found = {view: views[view][name].get("fingerprint") for view in INDEX_VIEWS if name in views[view]}
    if not wanted <= set(found):
        return "missing in the index"
    return "changed since it was indexed" if set(found.values()) != {entry["fingerprint"]} else ""


def _task_problems(files: TaskFiles, name: str) -> list[Problem]:
    try:
        files.read_contents(name)
    except LibraryDamaged as error:
        return [Problem(name=name, problem=error.message, remedy=error.remedy)]
    return []
