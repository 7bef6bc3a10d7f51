"""Goals for relations with structures of their own, where a word says which: a wall three blocks high, two towers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.grammar.groups import Group
from agent.grammar.matching import candidates, match
from agent.grammar.mentions import Reading
from agent.grammar.spec import Spec
from agent.grammar.unsaid import Unsaid

HIGH, WIDE = frozenset(["high", "tall"]), frozenset(["wide", "long", "broad"])
JOURNEYS = frozenset(["move", "unstack", "restack"])
TOWERS = {"tower", "tower*"}


def figure(relation: str, groups: Sequence[Group], reading: Reading) -> Spec | Unsaid:
    """The structure of a relation that a goal asks for.

    Args:
        relation: Name of the relation.
        groups: What was named.
        reading: The goal as it was read.
    """
    said = frozenset(reading.rest)
    options = list(candidates(relation))
    if relation == "corners":
        if "table" in said:
            return Unsaid("the corners of the table are not marked: things go to the corners of a zone or a square")
        # `a block in every corner` is as many blocks as there are corners
        groups = [replace(g, count=4) if g.mention.article and not g.place else g for g in groups]
    elif relation == "platform":
        groups = [group for group in groups if group.mention.noun not in ("platform", "base") or group.place]
    elif relation == "wall" and groups and (said & (HIGH | WIDE)):
        count = groups[0].count or 0
        options = [spec for spec in options if count in (len(spec.moved) if said & HIGH else spec.moved[0].count, 0)]
        groups = [replace(groups[0], count=None, many=True), *groups[1:]]
    elif relation == "sweep":
        groups = [replace(g, kind="pile") if g.kind in ("block", "small block", "thing") else g for g in groups]
    elif relation in ("pegs", "hanoi"):
        groups = [group for group in groups if group.kind != "stand"]
        if not groups:  # the tower, with all its disks
            options = sorted(options, key=lambda spec: spec.moved_count)[-1:]
    elif relation in JOURNEYS:
        groups = _once(groups)
    elif relation == "towers":
        groups, options = _towers(groups, options, reading)
    if not options:
        return Unsaid(f"the composer has no {relation} of that size")
    return match(relation, groups, options)


def _towers(groups: Sequence[Group], options: Sequence[Spec], reading: Reading) -> tuple[list[Group], list[Spec]]:
    """`two towers of three blocks` are six blocks."""
    number = 0
    for place, word in enumerate(reading.words):
        if word in TOWERS and place and reading.words[place - 1].isdigit():
            number = int(reading.words[place - 1])
    fitting = [spec for spec in options if number in (0, len(spec.moved))]
    moved = [group for group in groups if not group.place]
    if number and len(moved) == 1 and moved[0].count is not None and not moved[0].mention.article:
        count, one = moved[0].count, moved[0]
        each = count if any(spec.moved[0].count == count for spec in fitting) else max(1, count // number)
        fitting = [spec for spec in fitting if all(thing.count == each for thing in spec.moved)]
        groups = [replace(one, count=None, many=True), *(group for group in groups if group is not one)]
    return list(groups), fitting


def _once(groups: Sequence[Group]) -> list[Group]:
    """Without those that were named before: `take the tower of three blocks apart and put the blocks on the zone`."""
    kept: list[Group] = []
    for group in groups:
        again = not group.color and group.count is None and not group.place
        if not (again and any(other.kind == group.kind for other in kept)):
            kept.append(group)
    places = [group for group in kept if group.place]
    if len(places) > 1 and all(group.mention.before != "from" for group in places):  # the first is where they are
        begins = places[0]
        begins = replace(begins, mention=replace(begins.mention, before="from"))
        kept = [begins if group is places[0] else group for group in kept]
    return kept
