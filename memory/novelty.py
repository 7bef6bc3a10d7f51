"""Novelty: is a task already in the library, in other words, other colours or other code?

Three views of likeness, each 0..1 with 1 = the same: **code** and **language** are cosine similarities of embeddings,
**scene** compares what lies on the table and what is done to it. A task is rejected only for a reason that can be
said in one sentence; the coder and the proposer read it. The thresholds are measured (`python -m benchmarks.novelty
--calibrate`) and come with the package.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from memory.programs import normalise_code
from memory.record import TaskRecord
from memory.sameness import differences
from memory.scene import scene_similarity as scene_similarity
from memory.scene import sketch_similarity
from sim.layout import Frozen
from sim.palette import COLORS

View = Literal["code", "language", "scene"]
VIEWS: tuple[View, ...] = ("code", "language", "scene")
Kind = Literal[
    "new",
    "same-program",
    "renaming",
    "recolouring",
    "rewording",
    "resizing",
    "reordering",
    "distractors",
    "variation",
    "same-scene",
    "same-words",
]
ASPECT_KINDS: dict[str, tuple[Kind, str]] = {
    "renamed": ("renaming", "other names"),
    "recoloured": ("recolouring", "a recolouring"),
    "reworded": ("rewording", "other words"),
    "resized": ("resizing", "other sizes or places"),
    "reordered": ("reordering", "another order of statements"),
}
Likeness = Annotated[float, Field(ge=0.0, le=1.01)]  # above 1: never


class Thresholds(Frozen):
    """From which likeness on a task is not new; each rule needs all that it names.

    Attributes:
        scene: Same scene: likeness in the scene view, with
        scene_code: at least this in code, or
        scene_language: at least this in language.
        code: Same program but for details: likeness in code, with
        code_scene: at least this in scene.
        language: Same words: likeness in language, with
        language_scene: at least this in scene.
        words: Before there is code: likeness in language alone.
        words_sketch: Before there is code: likeness of what the words say of the scene, with
        sketch_language: at least this in language.
        made_from: What they were calibrated on, in words.
    """

    scene: Likeness = 0.9
    scene_code: Likeness = 0.5
    scene_language: Likeness = 0.5
    code: Likeness = 0.99
    code_scene: Likeness = 0.7
    language: Likeness = 0.97
    language_scene: Likeness = 0.8
    words: Likeness = 0.995
    words_sketch: Likeness = 0.98
    sketch_language: Likeness = 0.9
    made_from: str = ""

    @classmethod
    def load(cls) -> Thresholds:
        """The calibrated ones (`memory/novelty.json`)."""
        return _calibrated()


@functools.cache
def _calibrated() -> Thresholds:
    return Thresholds.model_validate_json(
        resources.files("memory").joinpath("novelty.json").read_text(encoding="utf-8")
    )


class Hit(Frozen):
    """A library task near to what was asked for.

    Attributes:
        name: The task's name.
        title: The task's title.
        score: Mixture of the views, 0..1, 1 = the same.
        views: Likeness in each view, 0..1; None where a view cannot be taken.
    """

    name: str
    title: str
    score: float
    views: dict[View, float | None]


class Novelty(Frozen):
    """Whether a task is new to the library.

    Attributes:
        novel: The decision.
        reason: Why, in one sentence with numbers (distances: 0 = the same).
        kind: What it is instead: the same program, or a library task in other colours, words, sizes and so on.
        decided: The rule that decided: the view that was near enough, or `program`; empty for a new task.
        nearest: The nearest library tasks, nearest first.
    """

    novel: bool
    reason: str
    kind: Kind = "new"
    decided: Literal["", "program", "code", "language", "scene", "sketch"] = ""
    nearest: tuple[Hit, ...] = ()


def mix(views: Mapping[View, float | None], shares: Mapping[View, float]) -> float:
    """Weighted mean of the views that could be taken, 0..1; 0 when none could.

    Where those have no share, as code alone may have none, it is their plain mean.
    """
    taken = {view: value for view, value in views.items() if value is not None}
    total = sum(shares.get(view, 0.0) for view in taken)
    if not total:
        return round(sum(taken.values()) / len(taken), 6) if taken else 0.0
    return round(sum(shares.get(view, 0.0) * value for view, value in taken.items()) / total, 6)


def judge_novelty(
    record: TaskRecord,
    hits: Sequence[Hit],
    *,
    neighbours: Mapping[str, TaskRecord],
    thresholds: Thresholds | None = None,
) -> Novelty:
    """Decide whether a task is new.

    Before there is code, the words decide: the language view, and what the instructions say of the scene.

    Args:
        record: The candidate.
        hits: The nearest library tasks, nearest first.
        neighbours: The records of these tasks, by name, to compare programs; a missing one is judged by its views.
        thresholds: The library's; the calibrated ones when none are given.
    """
    limits = thresholds or Thresholds.load()
    own_code = normalise_code(record.code)
    for hit in hits:
        other = neighbours.get(hit.name)
        if other is not None and own_code.strip() and normalise_code(other.code) == own_code:
            reason = f"the same program as {hit.name}"
            return Novelty(novel=False, reason=reason, kind="same-program", decided="program", nearest=tuple(hits))
    for hit in hits:
        judged = _too_near(hit, record, neighbours.get(hit.name), limits)
        if judged:
            return judged.model_copy(update={"nearest": tuple(hits)})
    if not hits:
        return Novelty(novel=True, reason="the library has nothing to compare it with")
    return Novelty(novel=True, reason=f"the nearest is {hits[0].name}: {_distances(hits[0])}", nearest=tuple(hits))


def _too_near(hit: Hit, record: TaskRecord, other: TaskRecord | None, limits: Thresholds) -> Novelty | None:
    """The judgement of a task this near; None when it is new."""
    code, language, scene = (hit.views.get(view) or 0.0 for view in VIEWS)
    if hit.views.get("code") is None and record.signature is None:
        return _in_words(hit, record, other, limits)
    repeated = other is not None and _same_words(record, other)
    if hit.views.get("scene") is None:  # a program against a task without a layout, or the other way round
        if code >= limits.code and (language >= limits.language or hit.views.get("language") is None):
            return _refused(hit, "code", record, other)
        return None
    if scene >= limits.scene and (code >= limits.scene_code or language >= limits.scene_language):
        return _refused(hit, "scene", record, other)
    if code >= limits.code and scene >= limits.code_scene:
        return _refused(hit, "code", record, other)
    if (language >= limits.language or repeated) and scene >= limits.language_scene:
        return _refused(hit, "language", record, other)
    return None


def _in_words(hit: Hit, record: TaskRecord, other: TaskRecord | None, limits: Thresholds) -> Novelty | None:
    """The judgement of words alone."""
    language = hit.views.get("language")
    if language is None:
        return None
    if other and _same_words(record, other):
        recoloured = _words(record) != _words(other)
        what = "a recolouring" if recoloured else "the same task"
        reason = f"{_distance(hit, 'language')}, the same words but for colours: {what}"
        kind: Kind = "recolouring" if recoloured else "same-words"
        return Novelty(novel=False, reason=reason, kind=kind, decided="language")
    if language >= limits.words:
        reason = f"{_distance(hit, 'language')}: the same task in words"
        return Novelty(novel=False, reason=reason, kind="same-words", decided="language")
    sketch = sketch_similarity("; ".join(record.instructions), "; ".join(other.instructions)) if other else None
    if sketch is not None and sketch >= limits.words_sketch and language >= limits.sketch_language:
        reason = f"{_distance(hit, 'language')}, {1.0 - sketch:.2f} in what the words say of the scene: the same task"
        return Novelty(novel=False, reason=reason, kind="same-words", decided="sketch")
    return None


def _refused(hit: Hit, decided: View, record: TaskRecord, other: TaskRecord | None) -> Novelty:
    """The judgement of a task that one of the rules refuses: the numbers, and what it is instead."""
    kind, words = _sameness(record, other)
    scene = hit.views.get("scene")
    nearest: View = "code" if (hit.views.get("code") or 0.0) >= (hit.views.get("language") or 0.0) else "language"
    place = ["" if scene is None else "same scene" if scene >= 0.9999 else f"{1.0 - scene:.2f} in scene"]
    reason = f"{', '.join([_distance(hit, nearest), *filter(None, place)])}: {words}"
    return Novelty(novel=False, reason=reason, kind=kind, decided=decided)


def _sameness(record: TaskRecord, other: TaskRecord | None) -> tuple[Kind, str]:
    """What a task that is not new is, in regard to the one that it is too near to."""
    if other is None:
        return "same-scene", "the same task"
    aspects = differences(record.code, other.code) if record.code.strip() and other.code.strip() else None
    if aspects is None:
        a, b = record.signature, other.signature
        if a and b and a.distractors != b.distractors:
            return "distractors", "the same task among other distractors"
        return ("recolouring", "a recolouring") if _recoloured(record, other) else ("same-scene", "the same task")
    said = [ASPECT_KINDS[aspect] for aspect in aspects]
    telling = [item for item in said if item[0] != "renaming"] or said
    if not telling:
        return "same-program", "the same program"
    if len(telling) == 1:
        return telling[0]
    if {kind for kind, _ in telling} == {"recolouring", "rewording"} and _same_words(record, other):
        return "recolouring", "a recolouring"
    return "variation", f"the same task with {', '.join(words for _, words in telling)}"


def _recoloured(record: TaskRecord, other: TaskRecord) -> bool:
    """Whether the colours, as far as they are known, are others: those of moved objects, and those in the words."""
    if record.signature and other.signature and record.signature.colors != other.signature.colors:
        return True
    return _words(record) != _words(other) and _same_words(record, other)


def _same_words(record: TaskRecord, other: TaskRecord) -> bool:
    """Whether two tasks have the same instructions once colours are left out."""
    own, theirs = ([word for word in _words(task) if word not in COLORS] for task in (record, other))
    return bool(own) and own == theirs


def _words(record: TaskRecord) -> list[str]:
    return re.findall(r"[a-z0-9]+", record.instruction.lower())


def _distance(hit: Hit, view: View) -> str:
    value = hit.views.get(view)
    return f"{1.0 - (value or 0.0):.2f} from {hit.name} in {view}"


def _distances(hit: Hit) -> str:
    return ", ".join(f"{1.0 - value:.2f} in {view}" for view, value in hit.views.items() if value is not None)
