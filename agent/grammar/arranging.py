"""Relations that are figures on a base, seen from above, or places beside something."""

from __future__ import annotations

import math

from agent.grammar.page import Goal, Page
from agent.grammar.phrases import say
from agent.grammar.placing import LOOSELY
from agent.grammar.sizes import each, every, height_of, lift, row, size_of, spacing_of
from agent.grammar.spec import Spec, Thing
from sim.catalogue import find_asset

RING = 0.07  # metres from the middle of a base to what stands around it
SIDES = {"behind": (1.0, 0.0), "left-of": (0.0, 1.0), "in-front-of": (-1.0, 0.0), "right-of": (0.0, -1.0)}


def circle(page: Page, spec: Spec) -> None:
    """In a circle on a base."""
    count = spec.stages[0].moved_count
    _figure(page, spec, _ring(count, RING), "circle")


def triangle(page: Page, spec: Spec) -> None:
    """Three things in a triangle."""
    _figure(page, spec, _ring(3, 0.06), "triangle")


def corners(page: Page, spec: Spec) -> None:
    """A thing in each corner, or in two that face each other."""
    target = spec.targets[0]
    widest = max(max(size_of(thing)[:2]) for thing in spec.moved)
    x, y = (round(side / 2 - widest / 2 - 0.005, 4) for side in find_asset(target.asset).size[:2])
    points = [(x, y), (-x, -y), (x, -y), (-x, y)][: spec.stages[0].moved_count]
    _figure(page, spec, points, "corners")


def diagonal(page: Page, spec: Spec) -> None:
    """In a row from corner to corner."""
    count = spec.stages[0].moved_count
    reach = 0.14 if count > 3 else 0.12
    places = row(count, round(reach / (count - 1), 4))
    _figure(page, spec, [(place, place) for place in places], "diagonal")


def _figure(page: Page, spec: Spec, points: list[tuple[float, float]], key: str) -> None:
    target = spec.targets[0]
    pose = page.stand(target)
    objects = page.scatter_all(spec.moved)
    offsets = [(x, y, lift([thing], target)) for (x, y), thing in zip(points, each(spec.moved), strict=True)]
    sentence = say(spec, key, things=every(spec.moved), place=target.counted)
    matches = "" if len({height_of(thing) for thing in spec.moved}) == 1 else f"np.eye({len(offsets)})"
    page.goal(objects, len(offsets), pose, offsets, sentence, matches=matches)
    page.tolerate(LOOSELY)


def _ring(count: int, radius: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * number / count for number in range(count)]
    return [(round(radius * math.cos(turn), 4), round(radius * math.sin(turn), 4)) for turn in turns]


def rows_of_a_grid(page: Page, spec: Spec) -> None:
    """Rows beside each other on a base, each group of things one row; a single group is told at once."""
    target = spec.targets[0]
    pose = page.stand(target)
    spacing = spacing_of(spec.moved)
    if len(spec.moved) == 1:
        thing = spec.moved[0]
        lines = 3 if thing.count == 9 else 2
        points = [(x, y) for y in row(lines, spacing) for x in row(thing.count // lines, spacing)]
        offsets = [(x, y, lift([thing], target)) for x, y in points]
        sentence = say(spec, "grid-all", things=thing.counted, place=target.counted)
        page.goal(page.scatter(thing), thing.count, pose, offsets, sentence)
    else:
        for thing, y in zip(spec.moved, row(len(spec.moved), spacing), strict=True):
            offsets = [(x, y, lift([thing], target)) for x in row(thing.count, spacing)]
            sentence = say(spec, "grid", things=thing.counted, place=target.counted)
            page.goal(page.scatter(thing), thing.count, pose, offsets, sentence)
    page.tolerate(LOOSELY)


def surround(page: Page, spec: Spec) -> None:
    """Around what stands in the middle of a zone."""
    middle, zone = spec.targets
    pose = _landmark(page, middle, zone)
    count = spec.moved[0].count
    points = {
        2: [(RING, 0.0), (-RING, 0.0)],
        4: [(RING, 0.0), (-RING, 0.0), (0.0, RING), (0.0, -RING)],
    }.get(count, _ring(count, RING))
    where = {2: "on opposite sides of", 4: "one on each side of"}.get(count, "in a circle on")
    words = {"middle": middle.counted, "things": every(spec.moved), "where": where, "place": zone.counted}
    offsets = [(x, y, round(height_of(spec.moved[0]) / 2, 4)) for x, y in points]
    page.goal(page.scatter(spec.moved[0]), count, pose, offsets, say(spec, "surround", **words))
    page.tolerate(LOOSELY)


def beside(page: Page, spec: Spec) -> None:
    """On one side of what stands in the middle of a zone; the sides are those of the table, seen by the robot."""
    middle, zone = spec.targets
    thing = spec.moved[0]
    pose = _landmark(page, middle, zone)
    x, y = SIDES[spec.relation]
    away = round(max(size_of(middle)[:2]) / 2 + max(size_of(thing)[:2]) / 2 + 0.02, 3)
    spot = page.name("place")
    across = [f"{pose}[0][0]{_plus(x * away)}", f"{pose}[0][1]{_plus(y * away)}", f"{round(height_of(thing) / 2, 4)}"]
    line = f"{spot} = ({', '.join(across)})"
    words = {"things": thing.counted, "middle": middle.counted, "place": zone.counted}
    page.goals.append(Goal((line,), page.scatter(thing), f"[{spot}]", 1, say(spec, spec.relation, **words)))
    page.tolerate(LOOSELY)


def between(page: Page, spec: Spec) -> None:
    """Between two things that stand on a zone."""
    posts, zone = spec.targets
    pose = page.stand(zone)
    z = round(height_of(posts) / 2, 4)
    for x in (RING, -RING):
        page.fixed.append(page.add(posts, f"(apply({pose}, ({x}, 0.0, {z})), {pose}[1])", fixed=True))
    objects = page.scatter_all(spec.moved)
    singles = each(spec.moved)
    offsets = [
        (0.0, y, round(height_of(thing) / 2, 4)) for y, thing in zip(row(len(singles), 0.05), singles, strict=True)
    ]
    words = {"things": every(spec.moved), "middle": posts.counted, "place": zone.counted}
    page.goal(objects, len(offsets), pose, offsets, say(spec, "between", **words))
    page.tolerate(LOOSELY)


def _plus(metres: float) -> str:
    return f" {'+' if metres > 0 else '-'} {abs(metres)}" if metres else ""


def _landmark(page: Page, middle: Thing, zone: Thing) -> str:
    """Lays out a zone with something in its middle; the zone's pose."""
    pose = page.stand(zone)
    upright = find_asset(middle.asset).origin == "center"
    z = round(height_of(middle) / 2, 4) if upright else 0.0
    page.fixed.append(page.add(middle, f"(apply({pose}, (0.0, 0.0, {z})), {pose}[1])", fixed=True))
    return pose
