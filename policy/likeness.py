"""How alike tasks are, each with each, in the library's own measures: for families, leaks and predictors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory import TaskLibrary, TaskRecord
from memory.novelty import VIEWS, Hit, Novelty, Thresholds, View, judge_novelty, mix, scene_similarity
from memory.seal import read_seal
from memory.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Likeness:
    """The likeness of tasks, each with each, as the library's searches and its novelty measure them.

    Attributes:
        records: The tasks by name, in order.
        views: For each view the likeness of each with each, 0..1, (n, n); NaN where a view cannot be taken.
        mixture: The library's mixture of them, (n, n).
        thresholds: From which likeness on a task is not new to this library.
    """

    records: dict[str, TaskRecord]
    views: dict[View, NDArray[np.float64]]
    mixture: NDArray[np.float64]
    thresholds: Thresholds

    @classmethod
    def of(cls, library: TaskLibrary, records: Sequence[TaskRecord]) -> Likeness:
        """Compares tasks; those that the library does not hold are embedded for that.

        Args:
            library: The library, whose embedder and thresholds count.
            records: The tasks, each name once.
        """
        import numpy as np

        rows = library.vectors(records)
        count = len(records)
        views: dict[View, NDArray[np.float64]] = {
            view: np.clip(rows[view].astype(np.float64) @ rows[view].T.astype(np.float64), 0.0, 1.0)
            for view in ("code", "language")
        }
        views["scene"] = np.full((count, count), np.nan)
        for one, first in enumerate(records):
            for other in range(one + 1):
                second = records[other]
                if first.signature and second.signature:
                    value = scene_similarity(first.signature, second.signature)
                    views["scene"][one, other] = views["scene"][other, one] = value
        shares = Weights.load().task
        mixture = np.array(
            [[mix(_taken(views, one, other), shares) for other in range(count)] for one in range(count)]
        ).reshape(count, count)
        seal = read_seal(library.home)
        thresholds = seal.novelty if seal else Thresholds.load()
        return cls({record.name: record for record in records}, views, mixture, thresholds)

    def between(self, first: Sequence[str], second: Sequence[str], view: View | None = None) -> NDArray[np.float64]:
        """The likeness of some tasks to others, (first, second), in one view or in the mixture."""
        import numpy as np

        place = {name: at for at, name in enumerate(self.records)}
        matrix = self.mixture if view is None else self.views[view]
        return matrix[np.ix_([place[name] for name in first], [place[name] for name in second])]

    def novelty_beside(self, name: str, others: Sequence[str]) -> Novelty:
        """Whether a task is new beside others, by the rules that guard the library."""
        place = {known: at for at, known in enumerate(self.records)}
        hits = [
            Hit(
                name=other,
                title=self.records[other].title,
                score=float(self.mixture[place[name], place[other]]),
                views=_taken(self.views, place[name], place[other]),
            )
            for other in others
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.name))
        neighbours = {other: self.records[other] for other in others}
        return judge_novelty(self.records[name], hits, neighbours=neighbours, thresholds=self.thresholds)


def _taken(views: dict[View, NDArray[np.float64]], one: int, other: int) -> dict[View, float | None]:
    """The likeness of two tasks in each view, None where it cannot be taken."""
    values = {view: float(views[view][one, other]) for view in VIEWS}
    return {view: None if value != value else value for view, value in values.items()}
