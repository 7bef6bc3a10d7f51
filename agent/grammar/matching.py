"""Goals matched to the structures of the grammar: which of them has what was named, in these numbers and colours."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.grammar.asked import asked
from agent.grammar.groups import Group, assets_of, spare_colors
from agent.grammar.relations import BASES, RELATIONS
from agent.grammar.spec import Spec, Thing, joined, number_word
from agent.grammar.unsaid import Unsaid
from agent.grammar.variants import structures

MISPLACED = 4.0  # what was named as a place is moved, or the other way round
SUBSTITUTED = 0.5  # a pallet where the structure has a zone
SECOND_MEANING = 0.3  # a zone where a square was named
UNNAMED = 1.0  # something is moved that was not named
SPANNED = frozenset(["bridge", "house", "platform"])  # whose plank goes without saying
JOURNEYS = frozenset(["move", "unstack", "restack"])  # whose first target is where things come from
LARGER = 0.01  # for each object: of two that fit the simpler is meant


@dataclass(frozen=True)
class _Fit:
    cost: float
    spec: Spec


@functools.cache
def candidates(relation: str) -> tuple[Spec, ...]:
    """The structures of one relation, without distractors and without a second stage."""
    every = {spec.structure: spec for spec in (*structures(), *asked())}.values()
    return tuple(spec for spec in every if spec.relation == relation and not spec.distractors and not spec.then)


def match(relation: str, groups: Sequence[Group], among: Sequence[Spec] | None = None) -> Spec | Unsaid:
    """The structure of a relation that has these groups, in their colours; those not named get colours of their own.

    Args:
        relation: Name of the relation.
        groups: What was named.
        among: The structures that may be meant; all of the relation where none are given.
    """
    options = candidates(relation) if among is None else among
    found = [fit for spec in options if (fit := _fit(spec, groups)) is not None]
    if found:
        best = min(found, key=lambda fit: fit.cost).spec
        return _colored(best, groups)
    return _unmatched(relation, groups)


def _fit(spec: Spec, groups: Sequence[Group]) -> _Fit | None:
    """How far a structure is from what was named; None where it cannot be meant."""
    things: list[tuple[str, int]] = [("moved", number) for number in range(len(spec.moved))]
    things += [("targets", number) for number in range(len(spec.targets))]
    colors: dict[str, str] = {}
    cost, free = 0.0, dict.fromkeys(things)
    for group in groups:
        chosen = _place_for(group, spec, tuple(free), colors)
        if chosen is None:
            return None
        price, changed, taken = chosen
        cost, spec = cost + price, changed
        for role, number in taken:
            thing = getattr(spec, role)[number]
            if group.color:
                colors[thing.color] = group.color
            free.pop((role, number))
    if len(set(colors.values())) < len(colors):  # two groups of one colour that the structure tells apart
        kinds = [thing.asset for thing in (*spec.moved, *spec.targets) if thing.color in colors]
        if len(set(kinds)) < len(kinds):
            cost += 1
    left = sum(role == "moved" for role, _ in free)
    if left and spec.relation not in SPANNED and any(group.count is not None and not group.place for group in groups):
        return None  # a pyramid of three blocks has nothing but these
    cost += UNNAMED * left
    cost += LARGER * (spec.moved_count + 3 * len(spec.moved) + len(spec.targets))
    return _Fit(cost, spec.recolored(colors) if colors else spec)


def _place_for(
    group: Group, spec: Spec, free: Iterable[tuple[str, int]], colors: dict[str, str]
) -> tuple[float, Spec, list[tuple[str, int]]] | None:
    """What it costs to take the group for a thing of the spec, the spec then, and which things it takes."""
    relation, options = RELATIONS[spec.relation], []
    open_things = list(free)
    for role, number in open_things:
        thing: Thing = getattr(spec, role)[number]
        if group.color and colors.get(thing.color, group.color) != group.color:
            continue
        allowed = relation.moves if role == "moved" else relation.onto
        wanted = [asset for asset in assets_of(group.kind) if asset in allowed or asset == thing.asset]
        if not wanted or (
            group.kind not in ("thing", "one") and thing.asset not in wanted and not _alike(thing, wanted)
        ):
            continue
        cost = MISPLACED * ((role == "targets") != group.place)
        if group.place and role == "targets" and len(spec.targets) > 1 and spec.relation in JOURNEYS:
            cost += MISPLACED * ((group.mention.before == "from") != (number == 0))
        if thing.asset in wanted[1:]:
            cost += SECOND_MEANING
        changed, taken = spec, [(role, number)]
        if thing.asset not in wanted:
            cost += SUBSTITUTED
            changed = _with(spec, role, number, replace(thing, asset=wanted[0]))
        if group.form and thing.form != group.form:
            changed = _with(changed, role, number, replace(getattr(changed, role)[number], form=group.form))
        same = [
            (other, index)
            for other, index in open_things
            if other == role and getattr(spec, role)[index].asset in wanted and (other, index) != (role, number)
        ]
        total = thing.count
        if group.count is not None and total < group.count:  # six blocks are two courses of three
            for other in same:
                its = getattr(spec, other[0])[other[1]]
                if total < group.count and (not group.color or its.color == thing.color):
                    total += its.count
                    taken.append(other)
        if group.many and thing.count == 1:  # the disks are all of them
            for other in same:
                its = getattr(spec, other[0])[other[1]]
                if not group.color or its.color == thing.color:
                    total += its.count
                    taken.append(other)
        if group.count is not None and total != group.count and spec.relation != "sweep":
            continue
        if group.many and group.kind == "disk" and total < len(assets_of("disk")):
            cost += 1.0  # the disks are all three
        if group.count is None and group.many != (total > 1):
            cost += 2.0 if not group.many else 1.0
        options.append((cost + 0.1 * (len(taken) - 1), changed, taken))
    return min(options, key=lambda option: option[0], default=None)


def _alike(thing: Thing, wanted: Sequence[str]) -> bool:
    """Whether a thing may be exchanged for what was named: one base for another."""
    return thing.asset in BASES and any(asset in BASES for asset in wanted)


def _with(spec: Spec, role: str, number: int, thing: Thing) -> Spec:
    things = list(getattr(spec, role))
    things[number] = thing
    return with_things(spec, role, things)


def find_thing(spec: Spec, group: Group, role: str | None = None) -> tuple[str, int] | None:
    """Which thing of the task is meant: of this kind, and of this colour if one was said."""
    roles = (role,) if role else ("moved", "targets", "distractors")
    for name in roles:
        for number, thing in enumerate(getattr(spec, name)):
            kind = thing.asset in assets_of(group.kind) or (group.kind == "box" and thing.noun == "container")
            if kind and (not group.color or group.color == thing.color):
                return name, number
    return None


def with_things(spec: Spec, role: str, things: Sequence[Thing]) -> Spec:
    """The spec with other `moved`, `targets` or `distractors`."""
    changes: dict[str, Any] = {role: tuple(things)}
    return replace(spec, **changes)


def _colored(spec: Spec, groups: Sequence[Group]) -> Spec:
    """The structure with colours for its placeholders."""
    said = [group.color for group in groups if group.color]
    used = {thing.color for thing in (*spec.moved, *spec.targets)} | set(said)
    spare = spare_colors(used)
    places = [thing.color for thing in (*spec.moved, *spec.targets) if thing.color.isdigit()]
    return spec.recolored({place: next(spare) for place in dict.fromkeys(places)})


def _unmatched(relation: str, groups: Sequence[Group]) -> Unsaid:
    """Why none of the structures fits: what was named does not belong there, or not in that number."""
    known = RELATIONS[relation]
    for group in groups:
        taking = {thing.asset for spec in candidates(relation) for thing in (*spec.moved, *spec.targets)}
        if not taking & {*assets_of(group.kind)}:
            return Unsaid(f"the composer's {relation!r} ({known.what}) has nothing to do with {group.words}")
    counted = [group for group in groups if group.count is not None and not group.place]
    for group in counted:
        if all(_fit(spec, [group]) is None for spec in candidates(relation)):
            counts = sorted({spec.moved_count for spec in candidates(relation)})
            told = joined([number_word(count) for count in counts])
            return Unsaid(f"the composer's {relation!r} ({known.what}) moves {told} objects, not {group.words}")
    told = joined([group.words for group in groups])
    return Unsaid(f"the composer's {relation!r} ({known.what}) does not go with {told} in these roles")
