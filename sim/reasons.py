"""Why a goal was not reached, in words that a coder can use and in numbers that a program can use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.action import Action, Outcome
from sim.geometry import apply, invert, rotate, wrap
from sim.layout import GoalSpec
from sim.oracle import Stuck
from sim.scoring import HEIGHT_TOLERANCE, Miss, Scorer
from sim.verdict import WAITING, GoalResult

LISTED = 3  # objects that are told of one by one
LEANING = 5.0  # degrees: more than this, and the suction cup finds no level place
TURN = "set rotations=True"
FELL = "it fell: aim where its middle is over what carries it, and where it touches nothing on its way down"


@dataclass(frozen=True)
class Misplaced:
    """An object that is not where its goal wants it.

    Attributes:
        handle: The object.
        miss: How far it is from the nearest target that it may go to; None for a zone.
        outside: How far (m) it sticks out of the nearest zone.
        touching: What it touches.
    """

    handle: int
    miss: Miss | None
    outside: float
    touching: list[int]

    def words(self, scorer: Scorer) -> str:
        """Where it is, in mm and degrees."""
        name = scorer.world.name
        if self.miss is not None:
            told = f"{name(self.handle)} is {self.miss.words()} from its target"
        elif self.outside > 0.0:
            told = f"{name(self.handle)} sticks out of its zone by {self.outside * 1000:.0f} mm"
        else:
            told = f"{name(self.handle)} is not at the height of its zone"
        return f"{told} and touches {' and '.join(map(name, self.touching[:2]))}" if self.touching else told

    def advice(self, scorer: Scorer) -> str:
        """What a coder may change."""
        if self.miss is None:
            return "make the zone larger, or aim further inside it"
        if self.miss.toppled or self.miss.height < -HEIGHT_TOLERANCE:
            return FELL
        if self.miss.height > HEIGHT_TOLERANCE:
            return "it lies on something: give it room at its target, or a place that it fits into"
        if self.miss.distance <= scorer.layout.pos_eps:
            return f"{TURN}, and in symmetries the angle after which it looks the same"
        return "it does not stay where it is put: aim at a level place with room around it, or make pos_eps larger"

    @property
    def values(self) -> dict[str, Any]:
        """The object and its distances."""
        if self.miss is None:
            return {"object": self.handle, "mm": round(self.outside * 1000, 1)}
        return {
            "object": self.handle,
            "mm": round(self.miss.distance * 1000, 1),
            "height_mm": round(self.miss.height * 1000, 1),
            "degrees": round(math.degrees(self.miss.yaw), 1),
        }


def unreached(scorer: Scorer, index: int, stuck: Stuck | None = None, undone_by: int | None = None) -> GoalResult:
    """The result of a goal that does not hold at the end.

    Args:
        scorer: What followed the episode.
        index: The goal.
        stuck: What stopped the oracle.
        undone_by: Index of the later goal that had its turn when this one, which had been reached, did not hold.
    """
    instruction = scorer.layout.goals[index].instruction
    if index > scorer.current:
        return GoalResult(instruction=instruction, reached=False, reason="its turn did not come", code=WAITING)
    lost = misplaced(scorer, index)
    where, values, code, hint = _listed(scorer, lost), lost[0].values if lost else {}, "unsolved", ""
    if lost:
        hint = lost[0].advice(scorer)
        if lost[0].miss is not None and hint.startswith(TURN) and not scorer.layout.goals[index].rotations:
            values = {**values, "argument": "rotations"}
    if index < scorer.current and undone_by is not None:
        code, hint, reason = (
            "undone",
            "",
            f"it was reached, but what was done for goal {undone_by + 1} undid it: {where}",
        )
        values = {**values, "by": undone_by + 1}
    elif index < scorer.current:
        code, hint, reason = "not-lasting", "", f"it was reached but did not last a second: {where}"
    elif stuck is None:
        reason = where
    else:
        code, hint = stuck.code, stuck.hint or hint
        if stuck.object is not None and (lean := _leaning(scorer, stuck.object)) > LEANING:
            reason = f"{scorer.world.name(stuck.object)} leans by {lean:.0f} degrees after it was put down"
            stuck, hint = Stuck(reason, object=stuck.object), FELL
        reason = "; ".join(part for part in (stuck.reason, where) if part)
        values = values if stuck.object in (None, values.get("object")) else {"object": stuck.object}
    return GoalResult(instruction=instruction, reached=False, reason=reason, code=code, hint=hint, values=values)


def vain(scorer: Scorer, action: Action, outcome: Outcome, truncated: bool) -> Stuck | None:
    """What the oracle would say if this action was its last: what stopped it; None when nothing did."""
    if outcome.reason:
        caught = " and ".join(map(scorer.world.name, outcome.hit))
        hint = f"leave more room between its target and {caught}" if caught else ""
        return Stuck(outcome.reason, hint, outcome.picked)
    if not truncated:
        return None
    most, moves = scorer.layout.max_steps, sum(len(goal.objects) for goal in scorer.layout.goals)
    hint = f"set max_steps to at least {moves}" if moves > most and scorer.layout.primitive == "pick_place" else ""
    return Stuck(f"{most} actions were not enough, the last of which {_done(scorer, action, outcome)}", hint)


def _done(scorer: Scorer, action: Action, outcome: Outcome) -> str:
    """An action in words."""
    place = f"({action.place[0]:.3f}, {action.place[1]:.3f})"
    if outcome.picked is None:
        return f"pushed from ({action.pick[0]:.3f}, {action.pick[1]:.3f}) to {place}"
    turn = abs(math.degrees(wrap(action.place[2] - action.pick[2])))
    return f"put {scorer.world.name(outcome.picked)} down at {place}, turned by {turn:.0f} degrees"


def misplaced(scorer: Scorer, index: int) -> list[Misplaced]:
    """The objects of a goal, whose turn has come, that are not where they should be."""
    goal, placed, found = scorer.layout.goals[index], scorer.placed(index), []
    for row, handle in enumerate(goal.objects):
        if handle in placed:
            continue
        miss, outside = None, 0.0
        if goal.metric == "zone":
            outside = _outside(scorer, goal, row)
        else:
            columns = [column for column, allowed in enumerate(goal.matches[row]) if allowed]
            if not columns:
                continue
            miss = min((scorer.miss(index, row, column) for column in columns), key=lambda item: item.distance)
        found.append(Misplaced(handle, miss, outside, scorer.world.touching(handle)))
    return found


def _leaning(scorer: Scorer, handle: int) -> float:
    """By how many degrees an object does not lie on any of its sides."""
    _, rotation = scorer.world.pose(handle)
    axes = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return math.degrees(math.acos(min(1.0, max(abs(rotate(rotation, axis)[2]) for axis in axes))))


def _listed(scorer: Scorer, lost: list[Misplaced]) -> str:
    """Where misplaced objects are: the first few one by one, the others by their number."""
    more = [f"{len(lost) - LISTED} more are not in place either"] if len(lost) > LISTED else []
    return "; ".join([*(item.words(scorer) for item in lost[:LISTED]), *more])


def _outside(scorer: Scorer, goal: GoalSpec, row: int) -> float:
    """How far (m) an object sticks out of the nearest zone that it may go to."""
    spec, pose = scorer.layout.object(goal.objects[row]), scorer.world.pose(goal.objects[row])
    corners = [apply(pose, (a * spec.size[0] / 2, b * spec.size[1] / 2, 0.0)) for a in (-1, 1) for b in (-1, 1)]
    one_to_one = len(goal.zones) == len(goal.targets)
    distances = []
    for number, zone in enumerate(goal.zones):
        if goal.matches[row][number] if one_to_one else True:
            local = [apply(invert(zone.pose), corner) for corner in corners]
            beyond = [max(abs(x) - zone.size[0] / 2, abs(y) - zone.size[1] / 2) for x, y, _ in local]
            distances.append(max(0.0, *beyond))
    return min(distances, default=0.0)
