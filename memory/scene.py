"""The scene view: signatures compared exactly, and as vectors in which words can be searched too.

The exact likeness has two floors. Two scenes are the same by definition when their goals agree in number and order, in
the kinds and counts of what is moved, in what it comes to and how, and in how it lies there; then the likeness is at
least `SAME`, and what is left are details that a mutation of the program may touch. Else it is below `SAME`.

The vectors are sums of hashed features (feature hashing, arXiv 0902.2206), unit rows of `SCENE_DIMENSIONS` numbers.
"""

from __future__ import annotations

import difflib
import functools
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.relations import kind_of
from sim.sentences import read
from sim.signature import Range, Signature, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

SCENE_DIMENSIONS = 512
SAME = 0.85  # the likeness of scenes that are the same by definition, at least
BELOW = 0.999  # of that have others, at most

# Shares of the details, and of the likeness of different scenes.
DETAILS = {"counts": 0.25, "form": 0.15, "turned": 0.1, "metric": 0.1, "pairing": 0.1, "colored": 0.1, "spacing": 0.05}
INVOLVED_SHARE = 0.15
SHARES = {"involved": 0.2, "moved": 0.2, "steps": 0.5, "form": 0.05, "primitive": 0.05}
STEP_SHARES = {"moved": 0.35, "onto": 0.45, "begun": 0.05, "form": 0.1, "rank": 0.05}
EARLIER_SHARES = {"involved": 0.3, "moved": 0.3, "steps": 0.35, "primitive": 0.05}

# Weights of the features of a vector.
WEIGHTS = {
    "kind": 0.4, "moved": 1.0, "at": 0.7, "onto": 1.0, "does": 1.2, "turn": 0.5, "count": 0.5, "goals": 0.7,
    "form": 0.9, "begun": 0.8, "primitive": 0.5, "colored": 0.3, "helper": 0.3,
}  # fmt: skip
FORMS = {
    "row": ("rowwise", "row", "line", "lineup"),
    "circle": ("ringwise", "circle", "ring"),
    "grid": ("gridwise", "grid", "square"),
    "tower": ("upward", "tower", "stack", "pile"),
    "layers": ("pyramid", "layer", "wall"),
}
PUSHED = ("push", "sweep", "pile", "heap")
RELATED = {"in": "in", "on": "on", "atop": "on", "along": "on", "beside": "beside", "near": "beside"}
RELATED |= {"leftof": "beside", "between": "between", "around": "around", "sides": "beside"}


def scene_similarity(a: Signature, b: Signature) -> float:
    """Likeness of two scenes, 0..1, symmetric; 1 for those that differ in colours and distractors only."""
    if _canonical(a) == _canonical(b):
        return 1.0
    if not (a.goals and b.goals):
        return round(min(_earlier(a, b), 0.9999), 6)
    if _different(a, b):
        return round(SAME * min(_likeness(a, b), BELOW), 6)
    return round(min(SAME + (1.0 - SAME) * _details(a, b), 0.9999), 6)


def _canonical(one: Signature) -> tuple[object, ...]:
    """All that counts; the text of the steps only where there is nothing else."""
    steps: Sequence[object] = one.goals or one.steps
    return one.involved, one.moved, tuple(steps), one.primitive, one.fewest, one.form


# -- the same by definition ------------------------------------------------------------------------------------------


def _different(a: Signature, b: Signature) -> bool:
    """Whether the number or order of goals, a kind, a count, a relation or a form is another."""
    if a.primitive != b.primitive or not _meet((a.fewest, len(a.goals)), (b.fewest, len(b.goals))):
        return True
    if _other(a.form, b.form):
        return True
    return any(_differ(first, second) for first, second in zip(a.goals, b.goals, strict=False))


def _differ(a: Step, b: Step) -> bool:
    return (
        a.moved.keys() != b.moved.keys()
        or not all(_meet(a.moved[kind], b.moved[kind]) for kind in a.moved)
        or bool(_sure(a.onto) - b.onto.keys() or _sure(b.onto) - a.onto.keys())
        or a.beside != b.beside
        or a.begun != b.begun
        or _other(a.form, b.form)
        or _other(a.rank, b.rank)
    )


def _sure(onto: Mapping[str, Range]) -> set[str]:
    """The relations that hold on all seeds."""
    return {label for label, (fewest, _) in onto.items() if fewest}


def _meet(a: Range, b: Range) -> bool:
    """Whether two ranges have a number in common."""
    return a[0] <= b[1] and b[0] <= a[1]


def _other(a: str, b: str) -> bool:
    """Whether both are known and differ."""
    return bool(a and b) and a != b and "mixed" not in (a, b)


# -- likeness --------------------------------------------------------------------------------------------------------


def _details(a: Signature, b: Signature) -> float:
    """How much of the details of two scenes that are the same by definition agrees, 0..1."""
    pairs = list(zip(a.goals, b.goals, strict=False))
    alike: dict[str, list[float]] = {
        "counts": [_counts(first, second) for first, second in pairs],
        "form": [float(one == other) for one, other in [*((x.form, y.form) for x, y in pairs), (a.form, b.form)]],
        "turned": [float(first.turned == second.turned) for first, second in pairs],
        "metric": [float(first.metric == second.metric) for first, second in pairs],
        "pairing": [float(first.pairing == second.pairing) for first, second in pairs],
        "colored": [float(first.colored == second.colored) for first, second in pairs],
        "spacing": [float(first.spacing == second.spacing) for first, second in pairs],
    }
    steps = sum(share * sum(alike[name]) / len(alike[name]) for name, share in DETAILS.items())
    return steps + INVOLVED_SHARE * _jaccard(a.involved, b.involved)


def _counts(a: Step, b: Step) -> float:
    """How much of the ranges of two steps is common, 0..1."""
    parts = []
    for mine, theirs in ((a.moved, b.moved), (a.onto, b.onto)):
        for key in sorted({*mine, *theirs}):
            (low, high), (bottom, top) = mine.get(key, (0, 0)), theirs.get(key, (0, 0))
            common = max(min(high, top) - max(low, bottom) + 1, 0)
            parts.append(common / (max(high, top) - min(low, bottom) + 1))
    return sum(parts) / len(parts) if parts else 1.0


def _likeness(a: Signature, b: Signature) -> float:
    """The weighted mean of what two scenes have in common, 0..1."""
    alike = {
        "involved": _jaccard(a.involved, b.involved),
        "moved": _jaccard(a.moved, b.moved),
        "steps": _aligned(a.goals, b.goals),
        "form": float(a.form == b.form),
        "primitive": float(a.primitive == b.primitive),
    }
    return sum(share * alike[name] for name, share in SHARES.items())


def _aligned(a: Sequence[Step], b: Sequence[Step]) -> float:
    """Likeness of two sequences of steps in order: the best alignment (Needleman and Wunsch 1970)."""
    best = [0.0] * (len(b) + 1)
    for mine in a:
        row = [0.0]
        for number, theirs in enumerate(b):
            row.append(max(best[number] + _step(mine, theirs), best[number + 1], row[number]))
        best = row
    return best[-1] / max(len(a), len(b), 1)


def _step(a: Step, b: Step) -> float:
    alike = {
        "moved": _jaccard(_upper(a.moved), _upper(b.moved)),
        "onto": _overlap({*a.onto, *a.beside}, {*b.onto, *b.beside}),
        "begun": float(a.begun == b.begun),
        "form": float(a.form == b.form),
        "rank": float(a.rank == b.rank),
    }
    return sum(share * alike[name] for name, share in STEP_SHARES.items())


def _earlier(a: Signature, b: Signature) -> float:
    """Likeness where a signature of an earlier version says less of its goals."""
    if a.goals or b.goals:
        steps = min(len(a.steps), len(b.steps)) / max(len(a.steps), len(b.steps), 1)
    else:
        first, second = sorted((a.steps, b.steps))  # SequenceMatcher is not symmetric
        steps = difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
    alike = {
        "involved": _jaccard(a.involved, b.involved),
        "moved": _jaccard(a.moved, b.moved),
        "steps": steps,
        "primitive": float(a.primitive == b.primitive),
    }
    return sum(share * alike[name] for name, share in EARLIER_SHARES.items())


def _upper(ranges: Mapping[str, Range]) -> dict[str, int]:
    return {kind: count[1] for kind, count in ranges.items()}


def _overlap(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0


def _jaccard(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    """Jaccard index of two multisets; 1 when both are empty."""
    keys = set(a) | set(b)
    union = sum(max(a.get(key, 0), b.get(key, 0)) for key in keys)
    return sum(min(a.get(key, 0), b.get(key, 0)) for key in keys) / union if union else 1.0


# -- vectors ---------------------------------------------------------------------------------------------------------

Features = Counter[tuple[str, str]]  # how often each feature is there, by its sort and what it says


def scene_vector(signature: Signature) -> Vectors:
    """The scene as a unit row, float32, (SCENE_DIMENSIONS,); colours and distractors do not count."""
    return _hashed(_features(signature))


def sketch_vector(text: str) -> Vectors | None:
    """What words say of a scene, in the same space; None when they say nothing of it.

    Args:
        text: An instruction, or instructions separated by semicolons.
    """
    features = _sketched(text)
    return _hashed(features) if features else None


def sketch_similarity(a: str, b: str) -> float | None:
    """Likeness of what two texts say of their scenes, 0..1; None when one of them says nothing."""
    first, second = sketch_vector(a), sketch_vector(b)
    return None if first is None or second is None else round(min(max(float(first @ second), 0.0), 1.0), 6)


def _features(one: Signature) -> Features:
    found: Features = Counter()
    found.update(("kind", kind) for kind in one.involved)
    found.update(("moved", kind) for kind in one.moved)
    found.update(("count", f"{count} {kind}") for kind, count in one.moved.items() if count > 1)
    found.update(("helper", helper) for helper in one.helpers)
    found["primitive", one.primitive] += 1
    found["goals", str(max(len(one.goals), len(one.steps)))] += 1
    for form in {one.form, *(step.form for step in one.goals)} - {""}:
        found["form", form.split()[0]] += 1
    for number, step in enumerate(one.goals):
        labels = [label for label in (*step.onto, *step.beside) if label != "table"]
        found.update(("begun", label) for label in step.begun)
        found["colored", "own"] += step.colored
        for label in labels:
            found["onto", _plain(label)] += 1
            found["at", _plain(label).split(" ", 1)[1]] += 1
            for kind in step.moved:
                found["does", f"{kind} {_plain(label)}"] += 1
                found["turn", f"{number} {kind} {label}"] += 1
    for text in () if one.goals else one.steps:
        kinds = [kind_of(asset) for asset in re.findall(r"\d+x([\w/.-]+)", text.partition(">")[2])]
        found.update(("at", kind) for kind in kinds if kind not in ("table", "placed"))
    return +found


def _plain(label: str) -> str:
    """The relation without what words do not say: `on placed block` is `on block`, `left of bowl` is beside it."""
    side = re.sub(r"^(left of|right of|in front of|behind) ", "beside ", label)
    return side.replace("placed ", "")


def _sketched(text: str) -> Features:
    """The features that words speak of; what may be of several kinds counts for each in part elsewhere."""
    found: Features = Counter()
    told = [part for part in re.split(r"[;\n]|\.\s", text) if part.strip()]
    for part in told:
        reading = read(part.strip())
        for mention in reading.mentions:
            kinds = _kinds(mention.noun, mention.kinds)
            sort = {"object": "moved", "place": "at", "landmark": "at"}.get(mention.part, "kind")
            found.update((sort, kind) for kind in kinds)
            found.update(("kind", kind) for kind in kinds if sort != "kind")
            if sort == "moved" and (mention.count or 0) > 1:
                found.update(("count", f"{mention.count} {kind}") for kind in kinds)
        for stated in reading.stated:
            relation = RELATED.get(stated.relation)
            things = [kind for thing in stated.things for kind in _kinds(thing.noun, thing.kinds)]
            for place in stated.places if relation else ():
                for kind in _kinds(place.noun, place.kinds):
                    found["onto", f"{relation} {kind}"] += 1
                    found.update(("does", f"{thing} {relation} {kind}") for thing in things)
        for form, words in FORMS.items():
            if reading.asks(*words):
                found["form", form] = 1
        if found and reading.asks(*PUSHED):
            found["primitive", "push"] = 1
    if found:
        found["goals", str(len(told))] += 1
    return found


def _kinds(noun: str, kinds: Iterable[str] | None) -> list[str]:
    """The likeliest kind that a noun stands for, as signatures name it."""
    if noun in ("hole", "cube", "brick", "sphere"):
        return ["hole" if noun == "hole" else "ball" if noun == "sphere" else "block"]
    names = sorted(kind.replace("_", " ") for kind in kinds or ())
    names = ["ball" if name == "sphere" else name for name in names]
    return [noun] if noun in names else names[:1]


def _hashed(features: Features) -> Vectors:
    import numpy as np

    row = np.zeros(SCENE_DIMENSIONS, dtype=np.float32)
    for (sort, said), count in features.items():
        place, sign = _place(f"{sort}:{said}")
        row[place] += sign * WEIGHTS[sort] * count**0.5
    length = float(np.linalg.norm(row))
    if length < 1e-6:
        row[0] = length = 1.0
    unit: Vectors = row / length
    return unit


@functools.lru_cache(maxsize=65_536)
def _place(feature: str) -> tuple[int, int]:
    """Where a feature is in the row, and its sign."""
    value = zlib.crc32(feature.encode())
    return value % SCENE_DIMENSIONS, 1 if value >> 31 else -1
