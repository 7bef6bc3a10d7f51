"""Things that look the same, in goals that are told by the same words: nobody can know which of them is meant first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.layout import Layout, ObjectSpec


def lookalikes(layout: Layout) -> Iterator[TaskError]:
    """Goals with one instruction, of which each moves its own of several things that look the same.

    Yields:
        `lookalikes`: together the goals are one goal, whose matches let either thing go to either target.
    """
    beads = {bead for rope in layout.ropes for bead in rope.beads}
    for (first, one), (second, other) in itertools.combinations(enumerate(layout.goals, start=1), 2):
        if one.instruction != other.instruction:
            continue
        for a, b in itertools.product(set(one.objects) - beads, set(other.objects) - beads):
            apart = a != b and a not in other.objects and b not in one.objects
            if apart and _look(layout.object(a)) == _look(layout.object(b)):
                spec = layout.object(b)
                noun = " ".join(filter(None, [spec.color, find_asset(spec.asset).noun(spec.mesh)]))
                message = f"goals {first} and {second} are told by the same words, and each moves another {noun}"
                remedy = "make one goal of them, with matches of ones: nobody can know which is meant first"
                yield TaskError("lookalikes", message, remedy, goal=second, object=b, other=a)
                return


def _look(spec: ObjectSpec) -> tuple[object, ...]:
    return spec.asset, spec.mesh, spec.size, spec.color, spec.rgb
