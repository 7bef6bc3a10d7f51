"""The coverage of the scene grammar: which kinds of steps the library has, of those that the world can express."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import get_args

from memory.scene_steps import SUPPORTS, TABLE, Relation, plural, scene_steps
from sim.layout import Frozen, Primitive
from sim.signature import Signature

# What the world can express: of every pair for pick and place, but for ropes, kit and fixture (which the human-made
# tasks have), a program with one object was proved. Kinds are nouns of the catalogue; balls roll off, ropes bend.
FLAT = ("block", "box", "cylinder", "disk", "shape", "ell")
MOVABLE = (*FLAT, "ball", "rope")
FITS: dict[str, tuple[str, ...]] = {
    "bowl": ("block", "cylinder", "ball"),
    "container": (*FLAT, "ball"),
    "kit": ("shape",),
    "fixture": ("ell",),
}
CARRIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["stand", "pallet"], FLAT),
    **dict.fromkeys(["zone", "line", "square"], MOVABLE),
    "corner": ("block", "box"),
}
PUSHED: dict[str, tuple[str, ...]] = {"zone": ("block",), "square": ("block",)}
# Tasks by their number of goals: the class's name and its largest number.
LENGTHS = {"1": 1, "2": 2, "3": 3, "4": 4, "5 to 8": 8, "more": 10**9}
GAPS = 10


class Combination(Frozen):
    """What is moved, how it ends up, and where.

    Attributes:
        moved: Kind of the moved objects.
        relation: How they end up.
        target: Kind of the place.
    """

    moved: str
    relation: Relation
    target: str

    @property
    def words(self) -> str:
        """The combination as something to do, such as `put a ball into a bowl`."""
        moved, target = _a(self.moved), _a(self.target)
        return {
            "into": f"put {moved} into {target}",
            "on": f"put {moved} on {target}",
            "stack": f"stack {moved} on {target}",
            "place": f"place {moved} on the table beside something",
            "push": f"push {plural(self.moved)} into {target}",
        }[self.relation]


class Coverage(Frozen):
    """What of the scene grammar a set of tasks covers.

    Attributes:
        share: Combinations found, as a share of the possible ones.
        possible: How many combinations the world can express.
        found: Those that a task has.
        beyond: Combinations that a task has although they are not among the possible ones; they do not count.
        gaps: The most useful of those that no task has, in words, the most useful first.
        primitives: Tasks by motion primitive, those without a task too.
        lengths: Tasks by number of goals, in classes, those without a task too.
    """

    share: float
    possible: int
    found: tuple[Combination, ...]
    beyond: tuple[Combination, ...]
    gaps: tuple[str, ...]
    primitives: dict[str, int]
    lengths: dict[str, int]


def possible_combinations() -> tuple[Combination, ...]:
    """Every combination of moved kind, relation and kind of place that the world can express, in a fixed order."""
    listed: list[tuple[str, Relation, str]] = []
    listed += [(moved, "into", target) for target, kinds in FITS.items() for moved in kinds]
    listed += [(moved, "on", target) for target, kinds in CARRIES.items() for moved in kinds]
    listed += [(moved, "stack", below) for moved, below in itertools.product(sorted(SUPPORTS), repeat=2)]
    listed += [(moved, "place", TABLE) for moved in MOVABLE]
    listed += [(moved, "push", target) for target, kinds in PUSHED.items() for moved in kinds]
    return tuple(Combination(moved=moved, relation=relation, target=target) for moved, relation, target in listed)


def coverage(signatures: Sequence[Signature | None], gaps: int = GAPS) -> Coverage:
    """What the scenes of a set of tasks cover.

    A combination is one kind of moved object, how it ends up (into, on, stack, place, push) and the kind of place. The
    world's combinations follow from what fits into what, what stands on what, and what can be pushed. Colours,
    numbers, sizes and distractors do not matter. A task has a combination when one of its goals does.

    Args:
        signatures: The scenes; a task without one (None) covers nothing.
        gaps: How many gaps to list.
    """
    seen = [signature for signature in signatures if signature]
    return coverage_of(
        combinations=Counter(combination for signature in seen for combination in combinations(signature)),
        primitives=Counter(signature.primitive for signature in seen),
        lengths=Counter(length_class(signature) for signature in seen),
        gaps=gaps,
    )


def coverage_of(
    *, combinations: Counter[Combination], primitives: Counter[str], lengths: Counter[str], gaps: int = GAPS
) -> Coverage:
    """What a set of tasks covers, of which is known how many have each combination, primitive and class of length."""
    possible = possible_combinations()
    found = tuple(combination for combination in possible if combination in combinations)
    beyond = sorted(set(combinations) - set(possible), key=lambda combination: combination.words)
    return Coverage(
        share=round(len(found) / len(possible), 4),
        possible=len(possible),
        found=found,
        beyond=tuple(beyond),
        gaps=tuple(gap.words for gap in useful_gaps(combinations, possible, gaps)),
        primitives={name: primitives[name] for name in get_args(Primitive)},
        lengths={name: lengths[name] for name in LENGTHS},
    )


def combinations(signature: Signature) -> set[Combination]:
    """The combinations of a scene."""
    return {
        Combination(moved=step.moved, relation=step.relation, target=step.target) for step in scene_steps(signature)
    }


def useful_gaps(counts: Counter[Combination], possible: Sequence[Combination], count: int) -> list[Combination]:
    """The gaps whose kinds and relations the library uses least, each choice counting as used for the next.

    So the list names many kinds and relations rather than one in all its combinations.

    Args:
        counts: How many tasks have each combination.
        possible: All combinations; the gaps are those without a task.
        count: How many gaps to list.
    """
    used: Counter[str] = Counter()
    for combination, tasks in counts.items():
        for part in _parts(combination):
            used[part] += tasks
    left = [combination for combination in possible if not counts[combination]]
    chosen: list[Combination] = []
    while left and len(chosen) < count:
        best = min(left, key=lambda gap: (sum(used[part] / (used[part] + 1) for part in _parts(gap)), gap.words))
        left.remove(best)
        chosen.append(best)
        used.update(_parts(best))
    return chosen


def _parts(combination: Combination) -> tuple[str, str, str]:
    return f"moved {combination.moved}", combination.relation, f"target {combination.target}"


def length_class(signature: Signature) -> str:
    """The class of a task by its number of goals, one of `LENGTHS`."""
    return next(name for name, largest in LENGTHS.items() if len(signature.steps) <= largest)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
