"""The library in numbers: how many tasks, from whom, of which families, and how different they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from memory.coverage import Coverage, coverage
from memory.diversity import mean_nearest_distance, mixture, vendi_of_rows
from memory.novelty import View
from memory.record import TaskRecord
from memory.scene_steps import family
from memory.weights import Weights
from sim.errors import UsageError, did_you_mean
from sim.layout import Frozen

if TYPE_CHECKING:
    from memory.embedding import Vectors

MIXTURE = "mixture"


class LibraryStatistics(Frozen):
    """A set of tasks in numbers.

    Attributes:
        tasks: How many.
        by_origin: How many from each origin, the most first.
        by_family: How many of each family, the most first.
        vendi: Effective number of different tasks, by view and for the mixture of views; 0 where nothing is seen.
        nearest_distance: Mean distance to the nearest task (0 = the same), likewise; None for fewer than two tasks.
        coverage: What of the scene grammar they cover.
    """

    tasks: int
    by_origin: dict[str, int]
    by_family: dict[str, int]
    vendi: dict[str, float]
    nearest_distance: dict[str, float | None]
    coverage: Coverage


def library_statistics(records: Sequence[TaskRecord], vectors: Mapping[View, Vectors]) -> LibraryStatistics:
    """Count and compare these tasks.

    Args:
        records: The tasks, all of a library or some.
        vectors: For each view one row a task, as `TaskLibrary.vectors` gives them.
    """
    views: dict[str, Vectors] = {**dict(vectors.items()), MIXTURE: mixture(vectors, Weights.load().task)}
    return LibraryStatistics(
        tasks=len(records),
        by_origin=_counted(record.origin for record in records),
        by_family=_counted(family(record.signature) for record in records),
        vendi={view: round(vendi_of_rows(rows), 4) for view, rows in views.items()},
        nearest_distance={view: _rounded(mean_nearest_distance(rows)) for view, rows in views.items()},
        coverage=coverage([record.signature for record in records]),
    )


def choose_records(
    records: Sequence[TaskRecord], *, names: Sequence[str] = (), origin: str = "", session: str = ""
) -> list[TaskRecord]:
    """The tasks with one of these names, of this origin and of this session; empty means any.

    Raises:
        UsageError: No task has that name, origin or session; names near ones.
    """
    asked: list[tuple[str, Sequence[str], Callable[[TaskRecord], str]]] = [
        ("name", names, lambda record: record.name),
        ("origin", [origin] if origin else [], lambda record: record.origin),
        ("session", [session] if session else [], lambda record: record.session),
    ]
    chosen = list(records)
    for word, wanted, value in asked:
        known = list(dict.fromkeys(value(record) for record in records if value(record)))
        for unknown in set(wanted) - set(known):
            raise UsageError(
                f"no task in the library has the {word} {unknown!r}",
                did_you_mean(unknown, known) if known else "see: simsmith library list",
            )
        chosen = [record for record in chosen if not wanted or value(record) in wanted]
    return chosen


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
