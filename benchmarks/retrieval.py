"""Does the library find what is asked for? `python -m benchmarks.retrieval [--fit] [--json]`.

The library are the human-made tasks and those of `benchmarks/tasks`. Two uses are measured:

- a text is searched, as by a person or a proposer: hand-written queries with the tasks that answer them;
- a task is compared, as by a coder who looks for examples: it is taken out, the others of its family are the answers.

The mixture's shares are fitted on one half of the queries and measured on the other, both ways, so that every query
counts once and none with shares that were fitted on it. `--fit` fits them on all queries and writes
`memory/weights.json`. Recall at 5 is the share of the answers that are among the first five (of five when there are
more). Intervals are 95 % bootstrap intervals over queries, of differences paired.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from benchmarks.report import report
from benchmarks.retrieval_bank import Query, by_family, families, half_of, queries, records
from benchmarks.retrieval_measure import (
    Flags,
    Ranking,
    Scores,
    fit_shares,
    interval,
    mixed,
    random_ranking,
    ranking,
)
from memory import MiniLM, TaskRecord
from memory.embedding import Embedder
from memory.novelty import View, scene_similarity
from memory.programs import embed_programs, program_words
from memory.scene import scene_vector, sketch_vector
from memory.weights import Weights

WEIGHTS = Path(__file__).parent.parent / "memory" / "weights.json"
AHEAD = tuple(f"ahead_{name}" for name in ("recall5", "recall5_interval", "mrr", "mrr_interval"))
WORD = re.compile(r"[a-z]+")
COLUMNS = ("recall5", "recall5_interval", "mrr", "mrr_interval", *AHEAD)
LAST = -9.0  # of the task itself, which is taken out


@dataclass(frozen=True)
class Use:
    """One use of the library, measured.

    Attributes:
        views: Scores of the views that are mixed, (queries, tasks); nan where a view cannot be taken.
        others: Scores of what the mixture is compared with, beside its own views.
        relevant: Whether a task answers a query, (queries, tasks).
        ranked: How many tasks are ranked for a query.
        halves: The half that a query is in, (queries,).
    """

    views: Mapping[View, Scores]
    others: Mapping[str, Scores]
    relevant: Flags
    ranked: int
    halves: Flags

    def measured(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Each method's numbers, and the shares that each half was measured with."""
        mixture = np.zeros_like(next(iter(self.views.values())))
        folds: dict[str, Any] = {}
        for half in (False, True):
            fitted, measured = self.halves == half, self.halves != half
            shares = fit_shares({view: rows[fitted] for view, rows in self.views.items()}, self.relevant[fitted])
            mixture[measured] = mixed({view: rows[measured] for view, rows in self.views.items()}, shares)
            folds[f"fitted on half {int(half)}"] = {"queries": int(fitted.sum()), "shares": shares}
        alone: dict[str, Scores] = {view: np.nan_to_num(rows) for view, rows in self.views.items()}
        found = {name: ranking(rows, self.relevant) for name, rows in (alone | dict(self.others)).items()}
        found["random"] = random_ranking(self.ranked, self.relevant)
        best = ranking(mixture, self.relevant)
        numbers: dict[str, Any] = {"mixture": _numbers(best)}
        numbers.update({name: _numbers(one, best) for name, one in found.items()})
        return numbers, folds


def ahead(first: Ranking, second: Ranking) -> dict[str, Any]:
    """By how much the first ranking is better, in the mean over the same queries."""
    found: dict[str, Any] = {}
    for name, values in (
        ("recall5", first.recall - second.recall),
        ("mrr", first.reciprocal - second.reciprocal),
    ):
        found |= {name: round(float(values.mean()), 4), f"{name}_interval": interval(values)}
    return found


def _numbers(one: Ranking, best: Ranking | None = None) -> dict[str, Any]:
    """Means with intervals, and by how much the mixture is ahead."""
    found: dict[str, Any] = {}
    for name, values in (("recall5", one.recall), ("mrr", one.reciprocal)):
        found |= {name: round(float(values.mean()), 4), f"{name}_interval": interval(values)}
    if best is not None:
        found |= {f"ahead_{name}": value for name, value in ahead(best, one).items()}
    return found


def text_use(asked: Sequence[Query], tasks: Sequence[TaskRecord], embedder: Embedder) -> Use:
    """Texts against tasks, in the views that `TaskLibrary.search` mixes."""
    texts = embedder.embed([query.query for query in asked])
    sketches = [sketch_vector(query.query) for query in asked]
    scenes = _scenes(tasks)
    nothing = np.full(len(tasks), np.nan)
    return Use(
        views={
            "code": _likeness(texts, embedder.embed([program_words(task.code) for task in tasks])),
            "language": _likeness(texts, embedder.embed([task.language for task in tasks])),
            "scene": np.stack([nothing if row is None else _likeness(row, scenes) for row in sketches]),
        },
        others={
            "description": _likeness(texts, embedder.embed([task.description for task in tasks])),
            "whole_program": _likeness(texts, embed_programs(embedder, [task.code for task in tasks])),
            "name_list": np.array([[name_likeness(query.query, task.name) for task in tasks] for query in asked]),
        },
        relevant=_relevant(asked, tasks),
        ranked=len(tasks),
        halves=np.array([bool(query.half) for query in asked]),
    )


def task_use(tasks: Sequence[TaskRecord], embedder: Embedder) -> Use:
    """Each task against all others, in the views that `TaskLibrary.nearest` mixes; a family is in one half."""
    asked, family = by_family(tasks), families()
    own = np.array([query.query == task.name for query in asked for task in tasks]).reshape(len(asked), len(tasks))
    rows = [next(place for place, task in enumerate(tasks) if task.name == query.query) for query in asked]

    def alike(made: Any) -> Scores:
        return np.where(own, LAST, _likeness(made[rows], made))

    signatures = [task.signature for task in tasks if task.signature]
    scenes = np.array([[scene_similarity(signatures[row], other) for other in signatures] for row in rows])
    names = [[name_likeness(query.query, task.name) for task in tasks] for query in asked]
    return Use(
        views={
            "code": alike(embed_programs(embedder, [task.code for task in tasks])),
            "language": alike(embedder.embed([task.language for task in tasks])),
            "scene": np.where(own, LAST, scenes),
        },
        others={
            "program_words": alike(embedder.embed([program_words(task.code) for task in tasks])),
            "instruction": alike(embedder.embed([task.instruction for task in tasks])),
            "description": alike(embedder.embed([task.description for task in tasks])),
            "name_list": np.where(own, LAST, np.array(names)),
        },
        relevant=_relevant(asked, tasks),
        ranked=len(tasks) - 1,
        halves=np.array([bool(half_of(family[query.query])) for query in asked]),
    )


def name_likeness(text: str, name: str) -> float:
    """What can be told from a name alone: the share of its words that are said, then how the letters run alike."""
    said, own = set(WORD.findall(text.lower())), set(WORD.findall(name))
    return len(said & own) / len(own) + 0.1 * difflib.SequenceMatcher(None, text.lower(), name).ratio()


def _scenes(tasks: Sequence[TaskRecord]) -> Any:
    return np.stack([scene_vector(task.signature) for task in tasks if task.signature])


def _likeness(rows: Any, others: Any) -> Scores:
    return np.clip(np.asarray(rows, dtype=np.float64) @ np.asarray(others, dtype=np.float64).T, 0.0, 1.0)


def _relevant(asked: Sequence[Query], tasks: Sequence[TaskRecord]) -> Flags:
    return np.array([[task.name in query.relevant for task in tasks] for query in asked])


def main() -> None:
    """Measures retrieval, and writes the shares with `--fit`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--fit", action="store_true", help="fit the shares on all queries and write memory/weights.json"
    )
    folder = Path(platformdirs.user_cache_dir("simsmith")) / "benchmarks-retrieval"
    parser.add_argument("--work", type=Path, default=folder, help="folder that keeps layouts and signatures")
    arguments = parser.parse_args()
    tasks, asked, embedder = records(arguments.work), queries(), MiniLM()
    uses = {"text": text_use(asked, tasks, embedder), "task": task_use(tasks, embedder)}
    if arguments.fit:
        shares = {name: fit_shares(use.views, use.relevant) for name, use in uses.items()}
        made_from = f"{len(asked)} queries and {len(tasks)} tasks by families, with {embedder.name}"
        weights = Weights.model_validate({**shares, "made_from": made_from})
        WEIGHTS.write_text(json.dumps(weights.model_dump(), indent=1) + "\n", encoding="utf-8")
    else:
        weights = Weights.load()
    measured = {name: use.measured() for name, use in uses.items()}
    rows = [
        {"use": use, "method": method} | {name: numbers.get(name, "") for name in COLUMNS}
        for use, (methods, _) in measured.items()
        for method, numbers in methods.items()
    ]
    summary = {
        **measured["text"][0],
        "tasks": measured["task"][0],
        "code_ahead_of_instruction": ahead(
            ranking(uses["task"].views["code"], uses["task"].relevant),
            ranking(uses["task"].others["instruction"], uses["task"].relevant),
        ),
        "folds": {use: folds for use, (_, folds) in measured.items()},
        "weights": weights.model_dump(),
        "queries": len(asked),
        "without_sketch": int(np.isnan(uses["text"].views["scene"][:, 0]).sum()),
        "library": len(tasks),
    }
    report("retrieval", rows, summary, arguments.json)


if __name__ == "__main__":
    main()
