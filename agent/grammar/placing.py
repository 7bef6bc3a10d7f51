"""Relations in which things come into, onto or to something, side by side."""

from __future__ import annotations

from agent.grammar.page import Goal, Page
from agent.grammar.phrases import say
from agent.grammar.relations import BOWL, CONTAINER, ZONE
from agent.grammar.sizes import Size, each, every, grid, height_of, lift, row, size_of, spacing_of, top_of
from agent.grammar.spec import Spec, Thing
from sim.catalogue import find_asset

LINE_WIDTH = 0.05  # metres
BOWL_SIZE = (0.12, 0.12, 0.045)
FLOORS = {CONTAINER: -0.022, BOWL: 0.01}  # metres from the pose to where a thing is laid, above what is hollow
IN_BOWL = 0.05  # metres: anywhere in a bowl
LOOSELY = 0.02  # metres: where nothing depends on the exact place


def put_into(page: Page, spec: Spec) -> None:
    """Each thing in a bowl of its own, or all in one container."""
    target = spec.targets[0]
    if target.asset == CONTAINER:
        pose, size = container(page, target, spec.moved)
        objects = page.scatter_all(spec.moved)
        sentence = say(spec, "put-into", things=every(spec.moved), place=target.counted)
        offsets = [(x, 0.0, 0.0) for x in row(spec.stages[0].moved_count, spacing_of(spec.moved))]
        page.goal(objects, len(offsets), pose, offsets, sentence, zone=f"({pose}, {page.size(target, size)})")
        page.tolerate(LOOSELY)
        return
    bowls = page.name("bowls" if target.count > 1 else "bowl_pose")
    place = page.free(target, (*BOWL_SIZE[:2], 0.0))
    if target.count == 1:
        page.fixed += [f"{bowls} = {place}", page.add(target, bowls)]
    else:
        page.fixed += [f"{bowls} = []", f"for _ in range({target.count}):", f"    {bowls}.append({place})"]
        page.fixed.append(f"    {page.add(target, f'{bowls}[-1]')}")
    objects = page.scatter_all(spec.moved)
    sentence = say(spec, "put-into", things=every(spec.moved), place=target.counted)
    targets = bowls if target.count > 1 else f"[{bowls}]"
    page.goals.append(Goal((), objects, targets, target.count, sentence))
    page.tolerate(IN_BOWL)


def container(page: Page, target: Thing, things: tuple[Thing, ...]) -> tuple[str, Size]:
    """Lays out a container that holds all of this in a row; its pose and size."""
    count = sum(thing.count for thing in things)
    widest = max(max(size_of(thing)[:2]) for thing in things)
    size = (round(0.03 + spacing_of(things) * max(2, count), 3), round(max(0.09, widest + 0.03), 3), 0.05)
    return page.stand(target, size), size


def put_on(page: Page, spec: Spec) -> None:
    """Side by side on a base."""
    target = spec.targets[0]
    pose = page.stand(target)
    objects = page.scatter_all(spec.moved)
    cells = grid(spec.stages[0].moved_count, spacing_of(spec.moved))
    offsets = [(x, y, lift([thing], target)) for (x, y), thing in zip(cells, each(spec.moved), strict=True)]
    sentence = say(spec, "put-on", things=every(spec.moved), place=target.counted)
    matches = "" if len({height_of(thing) for thing in spec.moved}) == 1 else f"np.eye({len(offsets)})"
    page.goal(objects, len(offsets), pose, offsets, sentence, matches=matches)
    page.tolerate(LOOSELY)


def line_up(page: Page, spec: Spec) -> None:
    """In a row along a line."""
    _line(page, spec, spec.moved, spec.targets[0], "line-up")


def rows(page: Page, spec: Spec) -> None:
    """Each group in a row along a line of its own."""
    for thing, line in zip(spec.moved, spec.targets, strict=True):
        _line(page, spec, (thing,), line, "rows")


def _line(page: Page, spec: Spec, things: tuple[Thing, ...], line: Thing, key: str) -> None:
    singles, spacing = each(things), spacing_of(things)
    pose = page.stand(line, (round(0.03 + spacing * len(singles), 3), LINE_WIDTH, 0.001))
    objects = page.scatter_all(things)
    offsets = [(x, 0.0, lift([thing], line)) for x, thing in zip(row(len(singles), spacing), singles, strict=True)]
    matches = "" if len({size_of(thing) for thing in things}) == 1 else f"np.eye({len(offsets)})"
    sentence = say(spec, key, things=every(things), place=line.counted)
    page.goal(objects, len(offsets), pose, offsets, sentence, matches=matches)
    page.tolerate(LOOSELY)


def pair(page: Page, spec: Spec) -> None:
    """Each thing to the target of its colour."""
    inside = spec.targets[0].asset == BOWL
    poses = [page.stand(target) for target in spec.targets]
    for thing, target, pose in zip(spec.moved, spec.targets, poses, strict=True):
        key = "pair" if inside else "pair-on"
        sentence = say(spec, key, things=thing.counted, place=target.counted)
        z = 0.0 if inside else lift([thing], target)
        page.goal(page.scatter(thing), 1, pose, [(0.0, 0.0, z)], sentence)
    page.tolerate(IN_BOWL if inside else LOOSELY)


def sort(page: Page, spec: Spec) -> None:
    """Each group into the zone or container of its own."""
    places = []
    for thing, target in zip(spec.moved, spec.targets, strict=True):
        if target.asset == CONTAINER:
            places.append(container(page, target, (thing,)))
        else:
            places.append((page.stand(target), find_asset(ZONE).size))
    for thing, target, (pose, size) in zip(spec.moved, spec.targets, places, strict=True):
        objects = page.scatter(thing)
        spacing = spacing_of([thing])
        cells = grid(thing.count, spacing) if target.asset == ZONE else [(x, 0.0) for x in row(thing.count, spacing)]
        offsets = [(x, y, lift([thing], target) if target.asset == ZONE else 0.0) for x, y in cells]
        sentence = say(spec, "sort", things=thing.counted, place=target.counted)
        page.goal(objects, thing.count, pose, offsets, sentence, zone=f"({pose}, {page.size(target, size)})")


def align(page: Page, spec: Spec) -> None:
    """Each thing in a corner mark of its size."""
    poses = [page.stand(mark, size_of(thing)) for thing, mark in zip(spec.moved, spec.targets, strict=True)]
    for thing, mark, pose in zip(spec.moved, spec.targets, poses, strict=True):
        sentence = say(spec, "align", things=thing.counted, place=mark.counted)
        page.goal(page.scatter(thing), 1, pose, [(0.0, 0.0, round(height_of(thing) / 2, 4))], sentence)


def move(page: Page, spec: Spec) -> None:
    """From one place to another."""
    first, last = spec.targets
    singles = each(spec.moved)
    poses = []
    for target in spec.targets:
        if target.asset == CONTAINER:
            poses.append(container(page, target, spec.moved)[0])
        else:
            poses.append(page.stand(target))
    cells = _cells(spec, first)
    handles = []
    for thing, (x, y) in zip(singles, cells, strict=True):
        name = page.name(thing.noun.split()[-1])
        floor = FLOORS.get(first.asset, top_of(first))
        z = round(floor + height_of(thing) / 2, 4)
        page.loose.append(f"{name} = {page.add(thing, f'apply({poses[0]}, ({x}, {y}, {z}))')}")
        handles.append(name)
    offsets = [(x, y, _inside(thing, last)) for thing, (x, y) in zip(singles, _cells(spec, last), strict=True)]
    words = {"begin": first.counted, "place": last.counted, "things": every(spec.moved)}
    words |= {"them": "it" if len(singles) == 1 else "them"}
    words |= {"into": "into" if last.asset in (BOWL, CONTAINER) else "on"}
    zone = ""
    if last.asset == CONTAINER:
        size = container(Page(), last, spec.moved)[1]
        zone = f"({poses[1]}, {page.size(last, size)})"
    page.goal(f"[{', '.join(handles)}]", len(handles), poses[1], offsets, say(spec, "move", **words), zone=zone)
    page.tolerate(IN_BOWL if last.asset == BOWL else LOOSELY)


def _cells(spec: Spec, target: Thing) -> list[tuple[float, float]]:
    count, spacing = spec.stages[0].moved_count, spacing_of(spec.moved)
    return [(x, 0.0) for x in row(count, spacing)] if target.asset == CONTAINER else grid(count, spacing)


def _inside(thing: Thing, target: Thing) -> float:
    return 0.0 if target.asset in (BOWL, CONTAINER) else lift([thing], target)
