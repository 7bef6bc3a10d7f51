"""The oracle for ropes: lays a rope along its targets from one end to the other, a few beads at a time.

Pulling a rope by its far end drags the whole of it away from where it already lies. So the oracle goes along the rope
in short strides: what lies between two placed beads is straight, and only what comes after them is dragged.
"""

from __future__ import annotations

import itertools
import math

from sim.layout import Rope
from sim.scoring import Scorer

STRIDE = 7  # beads
LIES = 0.7  # of the position tolerance: within it a bead counts as laid


def rope_of(scorer: Scorer) -> Rope | None:
    """The rope that the current goal lays along its targets, bead by bead; None when it does something else."""
    goal = scorer.layout.goals[scorer.current]
    for rope in scorer.layout.ropes:
        if goal.metric == "pose" and goal.objects == rope.beads and len(goal.targets) == len(rope.beads):
            return rope
    return None


def beads_in_order(scorer: Scorer) -> list[tuple[int, int]]:
    """Beads (rows of the current goal) with their targets, the one that had best be moved next first."""
    goal = scorer.layout.goals[scorer.current]
    count = len(goal.objects)
    places = [scorer.world.pose(handle)[0][:2] for handle in goal.objects]
    plans = []
    for columns, rows in itertools.product(((*range(count),), (*range(count),)[::-1]), repeat=2):
        if not all(goal.matches[row][column] for row, column in enumerate(columns)):
            continue
        errors = [math.dist(places[row], goal.targets[columns[row]][0][:2]) for row in range(count)]
        laid = next((number for number, row in enumerate(rows) if errors[row] > LIES * scorer.layout.pos_eps), count)
        # Nothing laid: the end that is nearest to its target begins, the rope lying the way that moves it least.
        plans.append((-laid, sum(errors), errors[rows[0]], rows[laid:], columns))
    if not plans:
        return []
    _, _, _, rest, columns = min(plans)
    laid = count - len(rest)
    first = 0 if laid == 0 else min(STRIDE, len(rest)) - 1
    return [(row, columns[row]) for row in [*rest[first:], *rest[:first][::-1]] or columns]
