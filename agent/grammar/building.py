"""Relations in which things stand on things: towers, courses, and what bridges a gap."""

from __future__ import annotations

from collections.abc import Sequence

from agent.grammar.page import Page
from agent.grammar.phrases import say
from agent.grammar.placing import LOOSELY
from agent.grammar.relations import PLANK
from agent.grammar.sizes import TIGHT, height_of, lift, row, size_of, spacing_of, top_of
from agent.grammar.spec import Spec, Thing
from sim.catalogue import find_asset

GAP = 0.04  # metres from the middle of what is bridged to the middle of a pillar
PLATE_SIZE = (0.12, 0.12, 0.02)
LAYERS = {2: ("bottom", "top"), 3: ("bottom", "middle", "top")}


def stack(page: Page, spec: Spec) -> None:
    """On top of each other, group by group."""
    target = spec.targets[0]
    _tower(page, spec, page.stand(target), target, spec.moved, "stack")


def towers(page: Page, spec: Spec) -> None:
    """Each group on a base of its own."""
    poses = [page.stand(target) for target in spec.targets]
    for thing, target, pose in zip(spec.moved, spec.targets, poses, strict=True):
        _tower(page, spec, pose, target, (thing,), "towers")


def _tower(page: Page, spec: Spec, pose: str, target: Thing, things: Sequence[Thing], key: str) -> None:
    height, below = top_of(target), target.counted
    for thing in things:
        offsets = [(0.0, 0.0, round(height + height_of(thing) * (index + 0.5), 4)) for index in range(thing.count)]
        height = round(height + height_of(thing) * thing.count, 4)
        page.goal(page.scatter(thing), thing.count, pose, offsets, say(spec, key, things=thing.counted, place=below))
        below = thing.counted


def pyramid(page: Page, spec: Spec) -> None:
    """In layers, each one shorter than the one below."""
    target = spec.targets[0]
    rows = {3: (2, 1), 6: (3, 2, 1)}[spec.stages[0].moved_count]
    singles = [Thing(thing.asset, thing.color) for thing in spec.moved for _ in range(thing.count)]
    courses, used = [], 0
    for count in rows:
        courses.append(Thing(singles[used].asset, singles[used].color, count))
        used += count
    _courses(page, spec, page.stand(target), courses, [row(count, TIGHT) for count in rows], "pyramid")


def wall(page: Page, spec: Spec) -> None:
    """Courses of equally many."""
    spacing = round(max(size_of(spec.moved[0])[:2]) + 0.002, 4)
    places = [row(thing.count, spacing) for thing in spec.moved]
    _courses(page, spec, page.stand(spec.targets[0]), spec.moved, places, "wall")


def stairs(page: Page, spec: Spec) -> None:
    """Courses that begin at one end and get shorter at the other."""
    longest = spec.moved[0].count
    places = [row(longest, TIGHT)[: thing.count] for thing in spec.moved]
    _courses(page, spec, page.stand(spec.targets[0]), spec.moved, places, "stairs")


def _courses(
    page: Page, spec: Spec, pose: str, courses: Sequence[Thing], places: Sequence[Sequence[float]], key: str
) -> None:
    target = spec.targets[0]
    height, below = top_of(target), target.counted
    for number, (thing, along) in enumerate(zip(courses, places, strict=True)):
        offsets = [(x, 0.0, round(height + height_of(thing) / 2, 4)) for x in along]
        height = round(height + height_of(thing), 4)
        layer = LAYERS[len(courses)][number]
        sentence = say(spec, key, things=thing.counted, place=below, layer=layer)
        page.goal(page.scatter(thing), thing.count, pose, offsets, sentence)
        below = f"the {layer} layer" if key == "pyramid" else thing.counted


def bridge(page: Page, spec: Spec) -> None:
    """Two pillars, a plank across them, and what comes onto it."""
    _spanned(page, spec, [(-GAP, 0.0), (GAP, 0.0)], None, ("pillars", "", "deck"))


def house(page: Page, spec: Spec) -> None:
    """Two walls of one or two courses, a plank as the roof, and what comes onto it."""
    _spanned(page, spec, [(-GAP, 0.0), (GAP, 0.0)], None, ("walls", "higher", "roof"))


def platform(page: Page, spec: Spec) -> None:
    """Four legs, a plate on them, and what comes onto it."""
    legs = [(GAP, GAP), (GAP, -GAP), (-GAP, GAP), (-GAP, -GAP)]
    _spanned(page, spec, legs, PLATE_SIZE, ("legs", "higher", "plate"))


def _spanned(
    page: Page,
    spec: Spec,
    legs: Sequence[tuple[float, float]],
    plate: tuple[float, float, float] | None,
    keys: tuple[str, str, str],
) -> None:
    """Legs, in one course or several, what spans them, and what comes onto that."""
    target = spec.targets[0]
    pose = page.stand(target)
    height, below, key = top_of(target), target.counted, keys[0]
    for thing in spec.moved:
        spans = thing.asset == PLANK
        size = (plate or size_of(thing)) if spans else size_of(thing)
        points = [(0.0, 0.0)] if spans or key == "top" else legs
        offsets = [(x, y, round(height + size[2] / 2, 4)) for x, y in points]
        if key == "top" and thing.count > 1:
            offsets = [(x, 0.0, offsets[0][2]) for x in row(thing.count, TIGHT)]
        height = round(height + size[2], 4)
        sentence = say(spec, keys[2] if spans else key, things=thing.counted, place=below)
        page.goal(page.scatter(thing, size if spans else None), thing.count, pose, offsets, sentence)
        below, key = thing.counted, "top" if spans or key == "top" else keys[1] or "top"


def unstack(page: Page, spec: Spec) -> None:
    """A tower taken apart from the top, side by side on the last target."""
    pose, handles = _standing(page, spec)
    last = spec.targets[-1]
    places = row(len(handles), spacing_of(spec.moved))
    for (thing, name), x in zip(reversed(handles), places, strict=True):
        words = {"things": thing.counted, "them": "it", "place": last.counted}
        page.goal(f"[{name}]", 1, pose, [(x, 0.0, lift([thing], last))], say(spec, "unstack", **words))
    page.tolerate(LOOSELY)


def restack(page: Page, spec: Spec) -> None:
    """A tower built anew elsewhere, its top first."""
    pose, handles = _standing(page, spec)
    last = spec.targets[-1]
    height, below, key = top_of(last), last.counted, "restack-first"
    for thing, name in reversed(handles):
        offset = (0.0, 0.0, round(height + height_of(thing) / 2, 4))
        words = {"things": thing.counted, "them": "it", "place": below}
        page.goal(f"[{name}]", 1, pose, [offset], say(spec, key, **words))
        height, below, key = round(height + height_of(thing), 4), thing.counted, "restack"


def _standing(page: Page, spec: Spec) -> tuple[str, list[tuple[Thing, str]]]:
    """Lays out a tower on the first target; the last target's pose, and the tower's things with their handles."""
    first, last = spec.targets
    begin, end = page.stand(first), page.stand(last)
    height, handles = top_of(first), []
    for thing in (Thing(item.asset, item.color) for item in spec.moved for _ in range(item.count)):
        name = page.name(find_asset(thing.asset).kind)
        z = round(height + height_of(thing) / 2, 4)
        page.loose.append(f"{name} = {page.add(thing, f'(apply({begin}, (0.0, 0.0, {z})), {begin}[1])')}")
        height = round(height + height_of(thing), 4)
        handles.append((thing, name))
    return end, handles
