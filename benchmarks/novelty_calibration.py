"""The thresholds of novelty, set on the half of the tasks that is there for it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from memory import Hit, TaskRecord
from memory.embedding import Embedder
from memory.novelty import VIEWS, Thresholds
from memory.scene import sketch_similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from memory.embedding import Vectors

FALSE_REJECTS = 0.02  # that calibration allows: the other half may have some more
CAREFUL = 0.03  # words alone refuse no task of this half, not even if all were nearer by this: a library grows
NEVER = 1.01
# What is tried. The rules: the same scene, the same program but for details, the same words.
SCENE = {
    "scene": (0.85, 0.88, 0.91, 0.94, 0.97),
    "scene_code": (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9),
    "scene_language": (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
}
CODE = {"code": (0.97, 0.98, 0.985, 0.99, 0.995, NEVER), "code_scene": (0.5, 0.6, 0.7, 0.75, 0.8)}
LANGUAGE = {"language": (0.9, 0.93, 0.95, 0.97, 0.99, NEVER), "language_scene": (0.6, 0.7, 0.8, 0.85)}
WORDS = {
    "words": (0.93, 0.95, 0.97, 0.98, 0.99, 0.995, NEVER),
    "words_sketch": (0.8, 0.85, 0.9, 0.95, 0.98, 0.999, NEVER),
    "sketch_language": (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95),
}


class Sampled(Protocol):
    """What a case is of."""

    @property
    def record(self) -> TaskRecord:
        """The task."""
        ...


class Labelled(Protocol):
    """A task, whether it is a mutant, and what is near to it."""

    @property
    def mutant(self) -> bool: ...  # noqa: D102
    @property
    def hits(self) -> list[Hit]: ...  # noqa: D102
    @property
    def told(self) -> list[Hit]: ...  # noqa: D102
    @property
    def sample(self) -> Sampled: ...  # noqa: D102
    @property
    def neighbours(self) -> Any: ...  # noqa: D102


class Kept:
    """An embedder whose rows are kept in a file between runs."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self._embedder = embedder
        self._path = folder / f"{embedder.name}.npz"
        self._rows: dict[str, Vectors] = {}
        if self._path.exists():
            with np.load(self._path) as kept:
                self._rows = dict(zip(kept["texts"].tolist(), kept["rows"], strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        self._rows.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._rows[text] for text in texts]) if texts else np.zeros((0, self.dimensions), np.float32)

    def keep(self) -> None:
        """Writes the rows."""
        np.savez_compressed(self._path, texts=np.array(list(self._rows)), rows=np.stack(list(self._rows.values())))


def fit(cases: Sequence[Labelled]) -> Thresholds:
    """The thresholds with which the most mutants are caught at no more than `FALSE_REJECTS`.

    Of all that are as good, the ones in the middle are taken: those at the edge would fit these tasks too closely.
    """
    mutants = np.array([case.mutant for case in cases])
    code, language, scene = (_table(cases, view) for view in VIEWS)
    scenes = _rules(SCENE, lambda s, c, w: (scene >= s) & ((code >= c) | (language >= w)))
    codes = _rules(CODE, lambda c, s: (code >= c) & (scene >= s))
    words = _rules(LANGUAGE, lambda w, s: (language >= w) & (scene >= s))
    chosen = _best([scenes, codes, words], mutants)
    told = np.array([_told(case) for case in cases])  # (cases, hits, language and sketch)
    told[~mutants] += CAREFUL
    alone = _rules(WORDS, lambda w, k, w2: (told[:, :, 0] >= w) | ((told[:, :, 1] >= k) & (told[:, :, 0] >= w2)))
    chosen |= _best([alone], mutants, allowed=0.0)
    count = int(mutants.sum())
    made_from = f"{count} mutants and {len(cases) - count} truly new tasks of the calibration half"
    return Thresholds.model_validate({**chosen, "made_from": made_from})


def _table(cases: Sequence[Labelled], view: Any) -> NDArray[np.float64]:
    """Likeness in a view, (cases, hits); -1 where there is no hit."""
    most = max(len(case.hits) for case in cases)
    rows = [[hit.views[view] or 0.0 for hit in case.hits] for case in cases]
    return np.array([row + [-1.0] * (most - len(row)) for row in rows])


def _told(case: Labelled) -> list[list[float]]:
    """For each of the nearest by words the likeness in language and of the sketches."""
    own = "; ".join(case.sample.record.instructions)
    rows = []
    for hit in case.told:
        other = "; ".join(case.neighbours[hit.name].instructions)
        rows.append([hit.views["language"] or 0.0, sketch_similarity(own, other) or 0.0])
    return rows + [[-1.0, -1.0]] * (20 - len(rows))


Setting = dict[str, float]
Tried = list[tuple[dict[str, float], "NDArray[np.bool_]"]]


def _rules(tried: Mapping[str, tuple[float, ...]], near: Any) -> Tried:
    """Each setting of a rule, and which cases it refuses."""
    settings = itertools.product(*tried.values())
    return [(dict(zip(tried, values, strict=True)), near(*values).any(axis=1)) for values in settings]


def _best(rules: Sequence[Tried], mutants: NDArray[np.bool_], allowed: float = FALSE_REJECTS) -> dict[str, float]:
    """The setting of all rules together that refuses the most mutants and few others."""
    best, equals = -1.0, []
    for combination in itertools.product(*(_different(rule) for rule in rules)):
        refused = np.logical_or.reduce([rule[0][1] for rule in combination])
        wrong = float(refused[~mutants].mean())
        caught = float(refused[mutants].mean())
        goodness = caught - wrong if wrong <= allowed else -1.0
        if goodness > best:
            best, equals = goodness, [combination]
        elif goodness == best:
            equals.append(combination)
    settings = [
        {name: value for setting in chosen for name, value in setting.items()}
        for combination in equals
        for chosen in itertools.product(*([setting for setting, _ in group] for group in combination))
    ]
    middle = {name: float(np.median([setting[name] for setting in settings])) for name in settings[0]}
    return min(settings, key=lambda setting: sum(abs(setting[name] - middle[name]) for name in middle))


def _different(rule: Tried) -> list[Tried]:
    """The settings of a rule, those together that refuse the same cases."""
    groups: dict[bytes, Tried] = {}
    for setting, refused in rule:
        groups.setdefault(refused.tobytes(), []).append((setting, refused))
    return list(groups.values())


def areas(found: Sequence[tuple[bool, list[Hit]]]) -> dict[str, float]:
    """For each view the area under the ROC curve of the likeness to the nearest task: mutants against new ones."""
    result: dict[str, float] = {}
    for view in VIEWS:
        values = [(mutant, max((hit.views[view] or 0.0 for hit in hits), default=0.0)) for mutant, hits in found]
        near = np.array([value for mutant, value in values if mutant])
        far = np.array([value for mutant, value in values if not mutant])
        if near.size and far.size:
            wins = (near[:, None] > far[None, :]).mean() + 0.5 * (near[:, None] == far[None, :]).mean()
            result[view] = round(float(wins), 4)
    return result
