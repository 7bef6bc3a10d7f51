"""The ground of a task, judged before anybody acts: is there something to do, is it said, and can it be seen and held?

Works on a settled world. What is certain by geometry alone is in `sim/places.py`; chance has `sim/chance.py`. Lengths
are metres.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from sim.arm import shared_arm
from sim.camera import CAMERAS
from sim.catalogue import find_asset
from sim.chance import all_in_place
from sim.geometry import apply
from sim.instructions import mismatches
from sim.layout import Layout, Pose, Rules
from sim.oracle import Stuck, pick_point
from sim.places import in_place, misstated_targets
from sim.possible import impossible
from sim.render import render
from sim.room import crowded_targets
from sim.scoring import Scorer, needed_objects
from sim.verdict import Diagnostic, found
from sim.world import STEPS_PER_SECOND, TABLE, World

PATIENCE = 2 * STEPS_PER_SECOND  # steps of doing nothing
GLANCE = 24  # steps between two looks at whether anything still moves
AT_REST = 0.001  # m/s
SEEN = 5  # pixels that show an object, of a camera's picture at half its size
BEYOND = 1.02  # of the way from a camera to a point: the ray ends inside the object
POINTS = tuple(itertools.product((-0.4, 0.0, 0.4), (-0.4, 0.0, 0.4), (0.0, 0.45)))  # of an object, in its sizes


def ground(world: World, rules: Rules = "strict") -> list[Diagnostic]:
    """What is wrong with the ground of a layout whose world has settled; lets up to two more seconds pass."""
    layout = world.layout
    wrong = [*misstated_targets(layout), *crowded_targets(layout), *impossible(layout), *_done_already(world, rules)]
    # Last comes how it is told: first what cannot be done at all.
    return [*wrong, *_hidden(world), *_unpickable(world), *_instructions(layout, names_only=bool(wrong))]


def _instructions(layout: Layout, *, names_only: bool) -> Iterator[Diagnostic]:
    """What the instructions say wrongly; where targets are wrong themselves, only what the scene does not have."""
    for wrong in mismatches(layout):
        if wrong.code == "instruction-mismatch" or not names_only:
            yield found(layout, wrong.code, wrong.message, wrong.remedy, **wrong.values)


# -- is there something to do? ---------------------------------------------------------------------------------------


def _done_already(world: World, rules: Rules) -> list[Diagnostic]:
    """Goals that hold before anything is done, or that come to hold when nothing is done."""
    layout = world.layout
    _wait(world)
    now, first = world.poses(), {spec.id: spec.pose for spec in layout.objects}
    if all_in_place(layout, first) or all_in_place(layout, now):
        everything = list(_everything(layout, rules))
        if everything:
            return everything
    return list(_single_goals(world, now, rules))


def _wait(world: World) -> None:
    """Does nothing for two simulated seconds, or until nothing moves any more."""
    for _ in range(0, PATIENCE, GLANCE):
        world.step(GLANCE)
        if world.is_still(AT_REST, math.inf):
            break


def _everything(layout: Layout, rules: Rules) -> Iterator[Diagnostic]:
    with World(layout) as world:
        at_once = _finished(world, rules)
        world.settle()
        _wait(world)
        if not (at_once or _finished(world, rules)):
            return
    handle = layout.goals[-1].objects[0]
    name = world.name(handle)
    if at_once:
        message = f"every goal holds before anything is done: {name} is already where goal {len(layout.goals)} wants it"
        yield found(layout, "already-reached", message, goal=len(layout.goals), object=handle)
    else:
        message = f"doing nothing reaches every goal: {name} comes to its place of its own accord"
        yield found(layout, "reached-by-nothing", message, goal=len(layout.goals), object=handle)


def _finished(world: World, rules: Rules, layout: Layout | None = None) -> bool:
    scorer = Scorer(world, rules, layout)
    scorer.update()
    return scorer.finished


def _single_goals(world: World, poses: dict[int, Pose], rules: Rules) -> Iterator[Diagnostic]:
    """Goals whose own objects are in place from the beginning, where no goal before has moved them."""
    layout, moved = world.layout, set[int]()
    for number, goal in enumerate(layout.goals, start=1):
        placed = sum(in_place(layout, goal, row, poses[handle]) for row, handle in enumerate(goal.objects))
        if not moved & set(goal.objects) and placed >= needed_objects(goal):
            alone = layout.model_copy(update={"goals": (goal.model_copy(update={"share": 1.0}),)})
            if _finished(world, rules, alone):
                name = world.name(goal.objects[0])
                message = f"goal {number} ({goal.instruction!r}) holds before anything is done: {name} is already there"
                yield found(layout, "goal-already-reached", message, goal=number, object=goal.objects[0])
        moved.update(goal.objects)


# -- can it be seen? -------------------------------------------------------------------------------------------------


def _hidden(world: World) -> Iterator[Diagnostic]:
    """Things to be moved that no camera sees, unless an earlier goal moves away what hides them."""
    moved = set[int]()
    for number, goal in enumerate(world.layout.goals, start=1):
        for together in _things(world, goal.objects):
            if moved & set(together):
                continue
            hidden_by: set[int] = set()
            for handle in together:
                in_front = _in_front(world, handle)
                if in_front is None:
                    break
                hidden_by |= in_front
            else:
                if not hidden_by & (moved | set(goal.objects)) and not _pictured(world, together):
                    covers = " and ".join(map(world.name, sorted(hidden_by - {TABLE})[:2])) or "what stands there"
                    message = f"no camera sees {world.name(together[0])}: {covers} hides it"
                    hint = f"lay it out beside {covers}, or move that away in an earlier goal"
                    yield found(world.layout, "hidden-object", message, hint, goal=number, object=together[0])
        moved.update(goal.objects)


def _things(world: World, handles: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Objects that are seen and held as one: each for itself, a rope as a whole, and a pile as a whole."""
    if world.layout.primitive == "push":
        return [handles]
    return list(dict.fromkeys(world.rope(handle) or (handle,) for handle in handles))


def _in_front(world: World, handle: int) -> set[int] | None:
    """What cameras see in an object's place; None when one of them sees the object."""
    spec, pose = world.layout.object(handle), world.pose(handle)
    middle = spec.size[2] / 2 - find_asset(spec.asset).standing_height(spec.size)  # above the pose's point
    local = np.array(POINTS) * spec.size + (0.0, 0.0, middle)
    points = np.array([apply(pose, point) for point in local.tolist()])
    hidden_by: set[int] = set()
    for camera in CAMERAS.values():
        places, _ = camera.project(points)
        within = points[((places >= 0) & (places < camera.shape)).all(axis=1)]
        ends = [tuple(camera.position + BEYOND * (point - camera.position)) for point in within]
        if not ends:
            continue
        hits = world.client.rayTestBatch([camera.position] * len(ends), ends)
        handles = {world.handle(hit[0]) for hit in hits if hit[0] >= 0}
        if handle in handles:
            return None
        hidden_by |= handles
    return hidden_by


def _pictured(world: World, handles: tuple[int, ...]) -> bool:
    """Whether a camera's picture shows any of the objects."""
    shots = (render(world, camera.scaled(0.5)) for camera in CAMERAS.values())
    return any(np.isin(shot.segmentation, handles).sum() >= SEEN for shot in shots)


# -- can it be picked? -----------------------------------------------------------------------------------------------


def _unpickable(world: World) -> Iterator[Diagnostic]:
    """Objects to be moved that the suction cup cannot pick when their turn comes."""
    layout, moved = world.layout, set[int]()
    if layout.primitive == "push":
        return
    for number, goal in enumerate(layout.goals, start=1):
        soon = moved | set(goal.objects)
        for handle in (things[0] for things in _things(world, goal.objects)):
            stuck = None if handle in moved else _not_to_be_picked(world, handle, soon)
            if stuck is not None:
                yield found(layout, "unpickable", stuck.reason, stuck.hint, goal=number, object=handle)
        moved = soon


def _not_to_be_picked(world: World, handle: int, movable: set[int]) -> Stuck | None:
    """Why an object cannot be picked, whatever is moved away of what is `movable`; None when it can."""
    others = frozenset(spec.id for spec in world.layout.objects) - {handle}
    point = pick_point(world, handle, others & movable)
    if isinstance(point, Stuck):
        alone = pick_point(world, handle, others)
        if isinstance(alone, Stuck):
            return alone
        return Stuck(f"{point.reason}, and no goal before moves that away", point.hint)
    height = world.hit(*point, others)[1]
    if shared_arm().reach((*point, height)) is None:
        reason = f"the arm cannot reach {world.name(handle)} at ({point[0]:.2f}, {point[1]:.2f}, {height:.2f})"
        return Stuck(reason, "lay it out nearer to the robot, or make it less high")
    return None
