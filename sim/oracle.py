"""The oracle: a scripted expert that sees the true state and solves any well-formed task; and why it could not.

It takes the goals in order, gives each object the nearest free target it may go to, picks where the cup seals nearest
to the object's middle, and turns the object by the smallest angle that its symmetry allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.action import Action
from sim.arm import shared_arm
from sim.builder import symmetry_of
from sim.geometry import rotate, yaw_difference, yaw_of, yaw_quaternion
from sim.oracle_push import next_push
from sim.oracle_rope import beads_in_order, rope_of
from sim.scoring import FLOATING, Scorer
from sim.suction import STEEPEST, placing
from sim.world import TABLE, World

GRID = 9  # pick points tried along each side of an object
CUP = 0.006  # metres: the cup's rim, which has to meet the same object
LEVEL = 0.004  # metres: how flat the surface under the cup has to be
FORBIDDEN = 1e6
STEPS = [(a / GRID, b / GRID) for a in range(-(GRID // 2), GRID // 2 + 1) for b in range(-(GRID // 2), GRID // 2 + 1)]
OFFSETS = sorted(STEPS, key=lambda step: math.hypot(*step))  # of pick points, in sizes of the object


@dataclass(frozen=True)
class Stuck:
    """The oracle knows no further action.

    Attributes:
        reason: Why, in words that a coder can use.
        hint: What the coder may change.
        object: Which object is in question.
        covered_by: What lies on it.
        code: Code of the diagnostic.
    """

    reason: str
    hint: str = ""
    object: int | None = None
    covered_by: int | None = None
    code: str = "unsolved"


def next_action(scorer: Scorer) -> Action | Stuck:
    """The oracle's next action, or why there is none."""
    if scorer.layout.primitive == "push":
        return next_push(scorer) or Stuck(
            "no push brings the objects nearer to their zones", "make the zone larger, or the pile smaller"
        )
    world, index = scorer.world, scorer.current
    goal = scorer.layout.goals[index]
    gap = scorer.floating(index)
    if gap > FLOATING and scorer.rules == "strict":
        reason = f"a target hangs {gap * 1000:.0f} mm above anything that could carry the object"
        return Stuck(reason, f"lower it by {gap * 1000:.0f} mm", code="floating-target")
    laying = rope_of(scorer) is not None
    pairs = beads_in_order(scorer) if laying else sorted(_assign(scorer), key=lambda pair: goal.targets[pair[1]][0][2])
    if not pairs and laying:
        return Stuck(
            "the rope's matches let it lie neither way round: bead i goes to target i, or to target n - 1 - i",
            "give add_goal the matches that make_ropes returned",
        )
    if not pairs:
        return Stuck("more objects than targets they may go to", "give each object a target, or set replace=True")
    blocked: Stuck | None = None
    for row, column in pairs:
        point = pick_point(world, goal.objects[row])
        if isinstance(point, Stuck):
            blocked = blocked or point
            continue
        pose = world.pose(goal.objects[row])
        (x, y, _), rotation = goal.targets[column]
        # Where its yaw does not count it is turned all the same, as in Ravens: so a box fits into its place in a row.
        symmetry = goal.symmetries[row] or symmetry_of(scorer.layout.object(goal.objects[row]))
        turn = yaw_difference(yaw_of(rotation), yaw_of(pose[1]), symmetry) if goal.rotations else 0.0
        action = placing(point, pose, (x, y), turn)
        beyond = _out_of_reach(world, action)
        if beyond:
            hint = "keep what is picked, and where it goes, lower or nearer to the robot"
            blocked = blocked or Stuck(beyond, hint, goal.objects[row])
            continue
        return action
    assert blocked is not None
    return blocked


def _assign(scorer: Scorer) -> list[tuple[int, int]]:
    """Pairs (object, target) still to be brought together, the sum of distances least.

    What is in place takes part, so that its target is not given away: in a zone, the one that it is nearest to.
    """
    from scipy.optimize import linear_sum_assignment

    goal = scorer.layout.goals[scorer.current]
    placed = scorer.placed(scorer.current)
    cost = np.array([_costs(scorer, row, placed) for row in range(len(goal.objects))])
    if goal.replace:
        pairs = list(enumerate(cost.argmin(axis=1)))
    else:
        pairs = list(zip(*linear_sum_assignment(cost), strict=True))
    return [
        (int(row), int(column))
        for row, column in pairs
        if goal.objects[row] not in placed and cost[row, column] < FORBIDDEN
    ]


def _costs(scorer: Scorer, row: int, placed: dict[int, int]) -> list[float]:
    """Distance (m) of an object of the current goal from each target that it may go to."""
    goal = scorer.layout.goals[scorer.current]
    handle = goal.objects[row]
    kept = placed.get(handle) if goal.metric == "pose" else None
    x, y, _ = scorer.world.pose(handle)[0]
    return [
        math.dist((x, y), target[0][:2]) if allowed and kept in (None, column) else FORBIDDEN
        for column, (target, allowed) in enumerate(zip(goal.targets, goal.matches[row], strict=True))
    ]


def _out_of_reach(world: World, action: Action) -> str:
    """What the arm cannot reach of an action, in words; empty when it can."""
    _, height, _ = world.hit(*action.pick[:2])
    for x, y, _ in (action.pick, action.place):
        if shared_arm().reach((x, y, height)) is None:
            return f"the arm cannot reach ({x:.3f}, {y:.3f}, {height:.3f})"
    return ""


def pick_point(world: World, handle: int, ignore: frozenset[int] = frozenset()) -> tuple[float, float] | Stuck:
    """Where the cup seals on an object, nearest to its middle; what is ignored is as if it was not there."""
    spec, pose = world.layout.object(handle), world.pose(handle)
    heading = yaw_quaternion(yaw_of(pose[1]))
    covers: list[int] = []
    for a, b in OFFSETS:
        dx, dy, _ = rotate(heading, (a * spec.size[0], b * spec.size[1], 0.0))
        x, y = pose[0][0] + dx, pose[0][1] + dy
        found, _, _ = world.hit(x, y, ignore)
        if found != handle:
            covers.append(found)
        elif _seals(world, handle, x, y, ignore):
            return x, y
    above = [found for found in covers if found != TABLE]
    if above:
        cover = max(above, key=above.count)
        reason = f"{world.name(handle)} cannot be picked: {world.name(cover)} lies on it"
        return Stuck(reason, f"move {world.name(cover)} away in an earlier goal", handle, cover)
    reason = f"{world.name(handle)} cannot be picked: the cup does not seal on it anywhere"
    return Stuck(reason, "move an object with a flat or gently curved top, wider than 1 cm", handle)


def _seals(world: World, handle: int, x: float, y: float, ignore: frozenset[int]) -> bool:
    spec = world.layout.object(handle)
    cup = min(CUP, 0.2 * min(spec.size[:2]))
    hits = [world.hit(x + dx, y + dy, ignore) for dx, dy in ((0, 0), (cup, 0), (-cup, 0), (0, cup), (0, -cup))]
    level = max(hit[1] for hit in hits) - min(hit[1] for hit in hits) <= LEVEL
    return level and all(hit[0] == handle and hit[2][2] >= STEEPEST for hit in hits)
