"""Do the goals measure what their instructions tell apart?

Two targets are exchanged and the oracle solves the task that comes of it. If the goals as they were count as reached
all the same, the task does not notice that the red block lies where the blue one should be.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from sim.episode import Episode, run_oracle
from sim.geometry import yaw_difference, yaw_of
from sim.layout import GoalSpec, Layout, Pose, Rules
from sim.places import under
from sim.scoring import HEIGHT_TOLERANCE, Scorer, in_zone, zone_of
from sim.verdict import Diagnostic, found

SAME = 0.005  # metres, between two targets that mean the same place


def interchangeable(layouts: Sequence[Layout], rules: Rules = "strict") -> Diagnostic | None:
    """The finding that goals count as reached with their targets exchanged, if they do so on each of these layouts."""
    first: Diagnostic | None = None
    for layout in layouts:
        exchanged = next(
            ((item, finding) for item, finding in _exchanges(layout) if _counts(layout, item, rules)), None
        )
        if exchanged is None:
            return None
        first = first or exchanged[1]
    return first


def _exchanges(layout: Layout) -> Iterator[tuple[Layout, Diagnostic]]:
    """Layouts with two targets exchanged whose places are told apart, but near enough to be taken for each other."""
    for one, other in itertools.combinations(range(len(layout.goals)), 2):
        goals = layout.goals[one], layout.goals[other]
        if goals[0].instruction != goals[1].instruction and len(goals[0].objects) == len(goals[1].objects):
            yield from _between(layout, one, other)
    for index in range(len(layout.goals)):
        yield from _within(layout, index)


def _between(layout: Layout, one: int, other: int) -> Iterator[tuple[Layout, Diagnostic]]:
    """The layout with the targets of two goals exchanged."""
    first, second = layout.goals[one], layout.goals[other]
    if (len(first.targets), first.metric, len(first.zones)) != (len(second.targets), second.metric, len(second.zones)):
        return
    pairs = list(zip(first.targets, second.targets, strict=True))
    if first.metric == "zone":
        near = _also_in(layout, first, second) and _also_in(layout, second, first)
    else:
        near = all(_near(layout, first, a, b) for a, b in pairs)
    if not near or not _told_apart(layout, one, other):
        return
    goals = list(layout.goals)
    goals[one] = first.model_copy(update={"targets": second.targets, "zones": second.zones})
    goals[other] = second.model_copy(update={"targets": first.targets, "zones": first.zones})
    apart = max(math.dist(a[0][:2], b[0][:2]) for a, b in pairs) * 1000
    message = (
        f"goals {one + 1} and {other + 1} count as reached with their targets exchanged: they are {apart:.0f} mm apart"
    )
    yield _exchanged(layout, goals, message, one, apart, other=other + 1)


def _within(layout: Layout, index: int) -> Iterator[tuple[Layout, Diagnostic]]:
    """The layout with two targets of one goal exchanged, which are not open to the same objects."""
    goal = layout.goals[index]
    if goal.metric == "zone" and len(goal.zones) != len(goal.targets):
        return
    ropes = {bead: f"rope {number}" for number, rope in enumerate(layout.ropes) for bead in rope.beads}
    for one, other in itertools.combinations(range(len(goal.targets)), 2):
        # The beads of one rope are one thing.
        open_to = [
            {
                ropes.get(handle, handle)
                for handle, cells in zip(goal.objects, goal.matches, strict=True)
                if cells[column]
            }
            for column in (one, other)
        ]
        a, b = goal.targets[one], goal.targets[other]
        near = _near(layout, goal, a, b) if goal.metric == "pose" else _either_zone(layout, goal, one, other)
        # What stands on one thing, or on the bare table, nothing that one sees tells apart.
        if open_to[0] == open_to[1] or not near or under(layout, index, a) == under(layout, index, b):
            continue
        order = list(range(len(goal.targets)))
        order[one], order[other] = other, one
        update: dict[str, Any] = {"targets": tuple(goal.targets[number] for number in order)}
        if goal.metric == "zone":
            update["zones"] = tuple(goal.zones[number] for number in order)
        goals = [*layout.goals[:index], goal.model_copy(update=update), *layout.goals[index + 1 :]]
        apart = math.dist(a[0][:2], b[0][:2]) * 1000
        message = f"goal {index + 1} counts as reached with two of its targets exchanged: they are {apart:.0f} mm apart"
        yield _exchanged(layout, goals, message, index, apart)


def _exchanged(
    layout: Layout, goals: list[GoalSpec], message: str, index: int, apart: float, **values: int
) -> tuple[Layout, Diagnostic]:
    hint = f"set pos_eps below {apart / 2000:.3f} m, or lay the targets further apart"
    about = {"goal": index + 1, "object": layout.goals[index].objects[0], "mm": round(apart, 1), **values}
    finding = found(layout, "goals-interchangeable", message, hint, **about)
    return layout.model_copy(update={"goals": tuple(goals)}), finding


def _told_apart(layout: Layout, one: int, other: int) -> bool:
    """Whether two goals mean different places: other zones, or targets on different things that one sees."""
    first, second = layout.goals[one], layout.goals[other]
    if first.metric == "zone":
        return any(not _same(a.pose, b.pose) for a, b in zip(first.zones, second.zones, strict=True))
    there = [{under(layout, index, target) for target in layout.goals[index].targets} for index in (one, other)]
    return there[0] != there[1] or there[0] == {None}


def _same(a: Pose, b: Pose) -> bool:
    return math.dist(a[0], b[0]) < SAME


def _near(layout: Layout, goal: GoalSpec, a: Pose, b: Pose) -> bool:
    """Whether what is at one target could be taken for being at the other, which is not the same place."""
    turn = min(abs(yaw_difference(yaw_of(a[1]), yaw_of(b[1]), symmetry)) for symmetry in goal.symmetries)
    level = abs(a[0][2] - b[0][2]) <= HEIGHT_TOLERANCE
    return level and not _same(a, b) and math.dist(a[0][:2], b[0][:2]) <= layout.pos_eps and turn <= layout.rot_eps


def _also_in(layout: Layout, goal: GoalSpec, other: GoalSpec) -> bool:
    """Whether a goal's objects would be in its zones if they were at the other goal's targets."""
    targets = other.targets if len(other.targets) == len(goal.objects) else other.targets[:1] * len(goal.objects)
    return all(zone_of(layout, goal, row, target, "ravens") is not None for row, target in enumerate(targets))


def _either_zone(layout: Layout, goal: GoalSpec, one: int, other: int) -> bool:
    """Whether what is at either of two targets is in the zone of the other as well."""
    sizes = {layout.object(handle).size for handle in goal.objects}
    pairs = ((goal.targets[one], goal.zones[other]), (goal.targets[other], goal.zones[one]))
    return all(in_zone(size, target, zone, "ravens") for size in sizes for target, zone in pairs)


def _counts(layout: Layout, exchanged: Layout, rules: Rules) -> bool:
    """Whether the goals as they were count as reached when the oracle has solved the layout with targets exchanged."""
    with Episode(exchanged, rules) as episode:
        scorer = Scorer(episode.world, rules, layout)
        scorer.update()
        return run_oracle(episode, scorer.update).proves and scorer.finished and all(scorer.holding())
