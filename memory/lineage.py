"""Lineage: which tasks a task was written from, and which ones were written from it, over generations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Literal

from memory.record import TaskRecord
from sim.layout import Frozen

State = Literal["kept", "removed", "unknown", "repeated"]


class Branch(Frozen):
    """One task in a tree of relatives.

    Attributes:
        name: The task's name.
        state: `kept`, `removed` (it lies in the trash), `unknown` (the library never had it, or it is damaged), or
            `repeated` (it stands elsewhere in the tree, with its relatives).
        title: Its title, empty where it is not in the library.
        origin: Who wrote it, empty where it is not in the library.
        branches: Its own parents, or its own children, by name.
    """

    name: str
    state: State
    title: str = ""
    origin: str = ""
    branches: tuple[Branch, ...] = ()


def ancestors(name: str, records: Mapping[str, TaskRecord], removed: Collection[str] = ()) -> Branch:
    """The tree of the tasks that a task was written from; cycles end where they close.

    Args:
        name: The task at the root.
        records: The library's tasks by name.
        removed: Names of tasks that were removed from it.
    """

    def parents(task: str) -> Iterable[str]:
        return records[task].parents if task in records else ()

    return _grown(name, parents, records, removed, set())


def descendants(name: str, records: Mapping[str, TaskRecord], removed: Collection[str] = ()) -> Branch:
    """The tree of the tasks that were written from a task; otherwise as `ancestors`."""
    children: dict[str, list[str]] = {}
    for child, record in records.items():
        for parent in record.parents:
            children.setdefault(parent, []).append(child)
    return _grown(name, lambda task: children.get(task, ()), records, removed, set())


def _grown(
    name: str,
    relatives: Callable[[str], Iterable[str]],
    records: Mapping[str, TaskRecord],
    removed: Collection[str],
    seen: set[str],
) -> Branch:
    """The tree from a task on; without recursion, so that a chain of any length can be followed."""
    # Depth first: a task is shown with its relatives where a reader meets it first. `grown` is filled from the leaves.
    state: dict[int, tuple[str, State, list[int]]] = {}
    waiting: list[tuple[str, int | None]] = [(name, None)]
    while waiting:
        task, parent = waiting.pop()
        number = len(state)
        repeated = task in seen
        seen.add(task)
        state[number] = (task, "repeated" if repeated else _state(task, records, removed), [])
        if parent is not None:
            state[parent][2].append(number)
        if not repeated:
            waiting += [(other, number) for other in sorted(set(relatives(task)), reverse=True)]
    grown: dict[int, Branch] = {}
    for number in reversed(range(len(state))):
        task, kind, below = state[number]
        record = records.get(task)
        title, origin = (record.title, record.origin) if record else ("", "")
        branches = tuple(grown[other] for other in below)
        grown[number] = Branch(name=task, state=kind, title=title, origin=origin, branches=branches)
    return grown[0]


def _state(name: str, records: Mapping[str, TaskRecord], removed: Collection[str]) -> State:
    if name in records:
        return "kept"
    return "removed" if name in removed else "unknown"
