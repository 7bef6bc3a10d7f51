"""Novelty: is a task already in the library, in other words, other colours or other code?

Three views of likeness, each 0..1 with 1 = the same: **code** and **language** are cosine similarities of embeddings,
**scene** compares what lies on the table and what is done to it. A task is rejected only for a reason that can be
said in one sentence; the coder and the proposer read it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from memory.embedding import normalise_code
from memory.record import TaskRecord
from sim.layout import Frozen, Signature
from sim.palette import COLORS

View = Literal["code", "language", "scene"]
VIEWS: tuple[View, ...] = ("code", "language", "scene")

# Shares of the scene view. Provisional.
KINDS_SHARE = 0.3
MOVED_SHARE = 0.3
STEPS_SHARE = 0.35
PRIMITIVE_SHARE = 0.05

# Thresholds of the decision. Provisional: chosen by looking at a few pairs, to be calibrated on labelled ones.
# Neither embedding decides without the scene: one-goal programs that differ in the relation only ("in" and "beside")
# have 0.99 in code, and such sentences 0.94-0.99 in language (measured), while a paraphrase may have 0.65.
SAME_LANGUAGE = 0.97
SAME_LANGUAGE_SCENE = 0.9
SAME_LANGUAGE_ALONE = 0.995
SAME_CODE = 0.995
SAME_CODE_SCENE = 0.95
SAME_SCENE = 0.9999
SAME_SCENE_LANGUAGE = 0.8
# The scene that may stand behind the same words in other colours.
SAME_WORDS_SCENE = 0.95


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
        nearest: The nearest library tasks, nearest first.
    """

    novel: bool
    reason: str
    nearest: tuple[Hit, ...] = ()


def mix(views: Mapping[View, float | None], shares: Mapping[View, float]) -> float:
    """Weighted mean of the views that could be taken, 0..1; 0 when none could."""
    taken = {view: value for view, value in views.items() if value is not None and shares.get(view, 0.0) > 0.0}
    total = sum(shares[view] for view in taken)
    return round(sum(shares[view] * value for view, value in taken.items()) / total, 6) if total else 0.0


def scene_similarity(a: Signature, b: Signature) -> float:
    """Likeness of two scenes, 0..1, symmetric; colours do not count.

    The weighted mean of the Jaccard indices of the multisets of objects and of moved objects, of the steps compared
    in order, and of the primitive.
    """
    return round(
        KINDS_SHARE * _jaccard(a.kinds, b.kinds)
        + MOVED_SHARE * _jaccard(a.moved, b.moved)
        + STEPS_SHARE * _steps_similarity(a.steps, b.steps)
        + PRIMITIVE_SHARE * (a.primitive == b.primitive),
        6,
    )


def judge_novelty(record: TaskRecord, hits: Sequence[Hit], *, neighbours: Mapping[str, TaskRecord]) -> Novelty:
    """Decide whether a task is new.

    Before there is code, the hits carry the language view alone and it decides alone.

    Args:
        record: The candidate.
        hits: The nearest library tasks, nearest first.
        neighbours: The records of these tasks, by name, to compare programs; a missing one is judged by its views.
    """
    own_code = normalise_code(record.code)
    for hit in hits:
        other = neighbours.get(hit.name)
        if other is not None and own_code.strip() and normalise_code(other.code) == own_code:
            return Novelty(novel=False, reason=f"the same program as {hit.name}", nearest=tuple(hits))
    for hit in hits:
        reason = _too_near(hit, record, neighbours.get(hit.name))
        if reason:
            return Novelty(novel=False, reason=reason, nearest=tuple(hits))
    if not hits:
        return Novelty(novel=True, reason="the library has nothing to compare it with")
    return Novelty(novel=True, reason=f"the nearest is {hits[0].name}: {_distances(hits[0])}", nearest=tuple(hits))


def _too_near(hit: Hit, record: TaskRecord, other: TaskRecord | None) -> str:
    """Why a task this near is not new; empty when it is new."""
    code, language, scene = (hit.views.get(view) for view in VIEWS)
    same = "a recolouring" if other and _recoloured(record, other) else "the same task"
    if language is None:
        return ""
    if other and _same_words(record, other) and (scene is None or scene >= SAME_WORDS_SCENE):
        return f"{_distance(hit, 'language')}, the same words but for colours: {same}"
    if code is None and scene is None:
        return f"{_distance(hit, 'language')}: {same} in words" if language >= SAME_LANGUAGE_ALONE else ""
    if scene is not None and scene >= SAME_SCENE and language >= SAME_SCENE_LANGUAGE:
        return f"{_distance(hit, 'code' if code and code > language else 'language')}, same scene: {same}"
    if language >= SAME_LANGUAGE and (scene is None or scene >= SAME_LANGUAGE_SCENE):
        return f"{_distance(hit, 'language')}: {same} in words"
    if code is not None and scene is not None and code >= SAME_CODE and scene >= SAME_CODE_SCENE:
        return f"{_distance(hit, 'code')}, {1.0 - scene:.2f} in scene: the same program but for details"
    return ""


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


def _jaccard(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    """Jaccard index of two multisets; 1 when both are empty."""
    keys = set(a) | set(b)
    union = sum(max(a.get(key, 0), b.get(key, 0)) for key in keys)
    return sum(min(a.get(key, 0), b.get(key, 0)) for key in keys) / union if union else 1.0


def _steps_similarity(a: Sequence[str], b: Sequence[str]) -> float:
    first, second = sorted((tuple(a), tuple(b)))  # SequenceMatcher is not symmetric
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


class Thresholds(Frozen):
    """Stub."""

    same: float = 0.5

    @classmethod
    def load(cls) -> Thresholds:
        """Stub."""
        return cls()
