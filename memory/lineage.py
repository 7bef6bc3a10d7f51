"""Lineage: which tasks a task was written from, and which ones were written from it, over generations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Literal

from memory.record import TaskRecord
from sim.layout import Frozen

State = Literal["kept", "removed", "unknown", "repeated"]


class Relative(Frozen):
    """One ancestor or descendant of a task.

    Attributes:
        name: Its name.
        of: The task that was written from it (of an ancestor), or that it was written from (of a descendant).
        generation: How many generations away it is, from 1.
        state: `kept`, `removed` (it lies in the trash), `unknown` (the library never had it, or it is damaged), or
            `repeated` (it stands in the list before, with its own relatives).
        title: Its title, empty where it is not in the library.
        origin: Who wrote it, empty where it is not in the library.
    """

    name: str
    of: str
    generation: int
    state: State
    title: str = ""
    origin: str = ""


def ancestors(name: str, records: Mapping[str, TaskRecord], removed: Collection[str] = ()) -> list[Relative]:
    """The tasks that a task was written from, those that these were written from, and so on: depth first, by name.

    Cycles end where they close.

    Args:
        name: The task.
        records: The library's tasks by name.
        removed: Names of tasks that were removed from it.
    """
    return _relatives(name, lambda task: records[task].parents if task in records else (), records, removed)


def descendants(name: str, records: Mapping[str, TaskRecord], removed: Collection[str] = ()) -> list[Relative]:
    """The tasks that were written from a task, those that were written from these, and so on; as `ancestors`."""
    children: dict[str, list[str]] = {}
    for child, record in records.items():
        for parent in record.parents:
            children.setdefault(parent, []).append(child)
    return _relatives(name, lambda task: children.get(task, ()), records, removed)


def _relatives(
    name: str, near: Callable[[str], Iterable[str]], records: Mapping[str, TaskRecord], removed: Collection[str]
) -> list[Relative]:
    """The relatives of a task; without recursion, for a library may hold a long chain."""
    found: list[Relative] = []
    seen: set[str] = {name}
    waiting = [(relative, name, 1) for relative in sorted(set(near(name)), reverse=True)]
    while waiting:
        task, of, generation = waiting.pop()
        known = task in seen
        record = records.get(task)
        found.append(
            Relative(
                name=task,
                of=of,
                generation=generation,
                state="repeated" if known else _state(task, records, removed),
                title=record.title if record else "",
                origin=record.origin if record else "",
            )
        )
        if not known:
            seen.add(task)
            waiting += [(relative, task, generation + 1) for relative in sorted(set(near(task)), reverse=True)]
    return found


def _state(name: str, records: Mapping[str, TaskRecord], removed: Collection[str]) -> State:
    if name in records:
        return "kept"
    return "removed" if name in removed else "unknown"
