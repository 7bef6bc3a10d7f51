"""Which structures a round tries, in which order: new ones, of all families in turn, where the library has gaps.

Rounds that run side by side see the same library and must not choose the same. So one seed gives one order of all
structures, and each round begins at a place of its own in it and goes on in strides, which bring no two neighbouring
rounds to the same place.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence

import numpy as np

from agent.grammar.spec import Spec
from agent.grammar.variants import crowded, structures
from sim.catalogue import find_asset

CHECKS = 8  # structures that one proposal tries
GOLDEN = (math.sqrt(5) - 1) / 2  # a stride of this share of the whole comes near to no earlier place for long


def candidates(seed: int, number: int, attempt: int, known: Collection[str], gaps: Sequence[str] = ()) -> list[Spec]:
    """The structures that a round's proposal tries, best first; fewer than `CHECKS` when few are left.

    Args:
        seed: The session's.
        number: The round's, from 1.
        attempt: Which proposal of the round, from 0.
        known: Names of tasks that are in the library or were rejected.
        gaps: What the library does not have, in words: `put a ball into a bowl`.
    """
    order = in_order(seed)
    stride = _stride(len(order))
    turn = [order[(number - 1 + step * stride) % len(order)] for step in range(len(order))]
    left = [spec for spec in turn if _names(spec).isdisjoint(known)]
    tried = left[attempt * CHECKS : (attempt + 1) * CHECKS] or left[:CHECKS]
    return sorted(tried, key=lambda spec: not any(fills(spec, gap) for gap in gaps))


@functools.lru_cache(maxsize=8)
def in_order(seed: int) -> tuple[Spec, ...]:
    """The structures in an order that the seed gives, in which every family is spread evenly."""
    rng = np.random.default_rng([seed, 0])
    families: dict[str, list[Spec]] = {}
    for spec in structures():
        families.setdefault("mixed" if spec.then else spec.relation, []).append(spec)
    placed: list[tuple[float, int, Spec]] = []
    for members in families.values():
        start = float(rng.random())
        for place, index in enumerate(rng.permutation(len(members))):
            placed.append(((place + start) / len(members), len(placed), members[int(index)]))
    return tuple(spec for *_, spec in sorted(placed, key=lambda item: item[:2]))


def fills(spec: Spec, gap: str) -> bool:
    """Whether a structure does what a gap names: it moves such a thing, and to such a place."""
    words = set(gap.split())
    return any(
        any(set(find_asset(thing.asset).kind.split()) <= words for thing in stage.moved)
        and any(set(find_asset(thing.asset).kind.split()) <= words for thing in stage.targets)
        for stage in spec.stages
    )


@functools.lru_cache(maxsize=4096)
def _names(spec: Spec) -> frozenset[str]:
    """What a task of this structure may be called in a library."""
    return frozenset(numbered for name in (spec.name, crowded(spec).name) for numbered in (name, f"{name}-2"))


def _stride(count: int) -> int:
    """A step through all of so many places, the golden section of them or the next that meets every one."""
    stride = max(1, round(count * GOLDEN))
    while math.gcd(stride, count) > 1:
        stride += 1
    return stride
