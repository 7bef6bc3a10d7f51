"""Do random actions reach a task? Then solving it shows nothing.

Most random plans are only foreseen, seen from above: what is put somewhere is there. Where that says that chance might
reach the task too often, some of the promising plans are played for real. Lengths are metres, angles radians.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.action import Action
from sim.episode import Episode
from sim.geometry import apply, invert, multiply, yaw_quaternion
from sim.layout import WORKSPACE, Layout, Pose, Rules
from sim.oracle import Stuck, pick_point
from sim.places import in_place
from sim.scoring import needed_objects
from sim.spatula import BLADE
from sim.statistics import wilson_low
from sim.suction import placing
from sim.verdict import Diagnostic, found

TOO_OFTEN = 0.1  # of the random plans, as the lower end of the 95 % Wilson interval: 3 of 10
PLANS = {"pick_place": 20, "push": 4}  # a layout
PLAYED = 4
MOST_PUSHES = 10
GLIDE = 0.02  # metres beside a target from which a thing may still slip into its place, into a bowl for example


@dataclass(frozen=True)
class Move:
    """A random action: an object (None: whatever the blade meets) from a place to a place, (x, y), and a turn."""

    handle: int | None
    start: tuple[float, float]
    end: tuple[float, float]
    turn: float


def reached_by_chance(layouts: Sequence[Layout], rules: Rules = "strict") -> Diagnostic | None:
    """The finding that random actions reach the task too often, if they do."""
    plans = [(layout, plan) for layout in layouts for plan in _plans(layout)]
    promising = [(layout, plan) for layout, plan in plans if _might_reach(layout, plan)]
    if wilson_low(len(promising), len(plans)) <= TOO_OFTEN:
        return None
    chosen = promising[:: math.ceil(len(promising) / PLAYED)]
    share = sum(_reaches(layout, plan, rules) for layout, plan in chosen) / len(chosen)
    reached = round(share * len(promising))
    if wilson_low(reached, len(plans)) <= TOO_OFTEN:
        return None
    layout, count = layouts[0], len(promising[0][1])
    rate = reached / len(plans)
    message = f"random actions reach the task in {rate * 100:.0f} % of the tries, {count} action"
    message += "s each" * (count > 1) or " each"
    hint = "make the zone or the tolerance smaller, or ask for more than one object"
    about = {"goal": 1, "object": layout.goals[0].objects[0]} if len(layout.goals) == 1 else {}
    return found(layout, "reached-by-chance", message, hint, **about, percent=round(rate * 100, 1), tries=len(plans))


def _plans(layout: Layout) -> list[list[Move]]:
    """Random plans of as many actions as objects have to be moved; a rope is one."""
    rng = np.random.default_rng(layout.seed % 2**32)
    ropes = {bead: number for number, rope in enumerate(layout.ropes) for bead in rope.beads}
    count = sum(len({ropes.get(handle, -handle) for handle in goal.objects}) for goal in layout.goals)
    count = min(count, layout.max_steps)
    movable = [spec.id for spec in layout.objects if spec.category == "rigid"]
    low, high = zip(*WORKSPACE[:2], strict=True)

    def move() -> Move:
        (a, b), (x, y), turn = rng.uniform(low, high), rng.uniform(low, high), rng.uniform(-math.pi, math.pi)
        handle = None if layout.primitive == "push" else int(rng.choice(movable))
        return Move(handle, (float(a), float(b)), (float(x), float(y)), float(turn))

    if layout.primitive == "push":
        count = min(count, MOST_PUSHES)
    return [[move() for _ in range(count)] for _ in range(PLANS[layout.primitive])]


def _might_reach(layout: Layout, plan: list[Move]) -> bool:
    """Whether, if all goes well, everything is about where it should be in the end."""
    poses = {spec.id: spec.pose for spec in layout.objects}
    for move in plan:
        if move.handle is None:
            _sweep(layout, poses, move)
        else:
            _put(layout, poses, move.handle, move)
    return all_in_place(layout, poses, GLIDE)


def all_in_place(layout: Layout, poses: dict[int, Pose], slack: float = 0.0) -> bool:
    """Whether every goal's objects, but those that a later goal moves, are where they should be, seen from above."""
    later: set[int] = set()
    for goal in reversed(layout.goals):
        spare = len(goal.objects) - needed_objects(goal)
        for row, handle in enumerate(goal.objects):
            if handle not in later and not in_place(layout, goal, row, poses[handle], slack):
                spare -= 1
                if spare < 0:
                    return False
        later.update(goal.objects)
    return True


def _put(layout: Layout, poses: dict[int, Pose], handle: int, move: Move) -> None:
    """Puts an object, and the rope that it is part of, where a move wants it."""
    together = next((rope.beads for rope in layout.ropes if handle in rope.beads), (handle,))
    before = poses[handle]
    after = ((*move.end, before[0][2]), multiply(((0.0, 0.0, 0.0), yaw_quaternion(move.turn)), before)[1])
    change = multiply(after, invert(before))
    for other in together:
        poses[other] = multiply(change, poses[other])


def _sweep(layout: Layout, poses: dict[int, Pose], move: Move) -> None:
    """Brings what a push meets to where the blade ends."""
    way, yaw = math.dist(move.start, move.end), math.atan2(move.end[1] - move.start[1], move.end[0] - move.start[0])
    blade = ((*move.start, 0.0), yaw_quaternion(yaw))
    to_blade = invert(blade)
    for spec in layout.objects:
        ahead, aside, height = apply(to_blade, poses[spec.id][0])
        if spec.category == "rigid" and 0.0 < ahead < way and abs(aside) < BLADE[1] / 2:
            poses[spec.id] = apply(blade, (way + spec.size[0] / 2, aside, height)), poses[spec.id][1]


def _reaches(layout: Layout, plan: list[Move], rules: Rules) -> bool:
    """Whether the plan, played for real, reaches the task."""
    with Episode(layout, rules) as episode:
        for move in plan:
            if episode.success is not None:
                break
            if move.handle is None:
                action = Action((*move.start, 0.0), (*move.end, 0.0))
            else:
                pose = episode.world.pose(move.handle)
                point = pick_point(episode.world, move.handle)
                action = placing(pose[0][:2] if isinstance(point, Stuck) else point, pose, move.end, move.turn)
            episode.step(action)
        if episode.success is None:
            episode.finish()
        return bool(episode.success)
