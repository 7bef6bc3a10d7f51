"""Specs of the relations that take any number of any loose things: put, stack, line up, sort, pair, surround."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.grammar.groups import MOVABLE, Group, assets_of, spare_colors
from agent.grammar.matching import match
from agent.grammar.mentions import FORMS, Mention
from agent.grammar.relations import (
    BALL,
    BLOCK,
    BOWL,
    BOX,
    CONTAINER,
    CYLINDER,
    LINE,
    LOOSE,
    RELATIONS,
    SMALL,
    STAND,
    ZONE,
)
from agent.grammar.spec import Spec, Thing, joined, number_word
from agent.grammar.unsaid import Unsaid

FREE = ("put-into", "put-on", "stack", "line-up", "pair", "sort", "surround")
# What is meant where nothing was named, as kinds, and how many where it says several.
MEANT = {
    "put-into": ("ball",),
    "put-on": ("block",),
    "stack": ("block",),
    "line-up": ("block",),
    "pair": ("block",),
    "sort": ("block",),
}
FITTED = frozenset(
    ["disk", "large disk", "middle disk", "small disk", "ell", "shape", *FORMS]
)  # things that the structures tell how to set down
SEVERAL = {"stack": 3, "line-up": 3, "surround": 4}
FREE_TARGETS = {"line-up": LINE, "put-into": BOWL, "put-on": ZONE, "stack": STAND}
ON_STAND = 4
TARGET_COLORS = ("green", "blue", "brown", "yellow", "orange")


def draft(relation: str, groups: Sequence[Group], marks: frozenset[str]) -> Spec | Unsaid:
    """The spec of a free relation.

    Args:
        relation: One of `FREE`.
        groups: What was named, in order.
        marks: Words that say how: `bysize`, `byshape`, `bycolor`.
    """
    groups = [_as_place(group) if _is_place(group, relation) else group for group in groups]
    groups = [replace(group, kind="block") if group.kind == "thing" and group.color else group for group in groups]
    movable = [group for group in groups if group.kind in MOVABLE]
    fixed = [group for group in groups if group.kind not in MOVABLE]
    if any(group.kind in FITTED for group in groups):
        return match(relation, groups)
    if strange := [group for group in fixed if not _goes_with(relation, group)]:
        return Unsaid(
            f"the composer's {relation!r} ({RELATIONS[relation].what}) has nothing to do with {strange[0].words}"
        )
    if any(group.count is not None and group.count < 1 for group in groups):
        return Unsaid(f"there is nothing to do with {next(group.words for group in groups if group.count == 0)}")
    counted = sum(group.count or 1 for group in movable)
    if counted > RELATIONS[relation].most + 1:  # one may be what the others go onto or around
        return too_many(relation, counted)
    own = "byown" in marks and relation == "sort" and len({group.kind for group in movable}) == len(movable) > 1
    if own or "bysize" in marks or "byshape" in marks:
        return _by_kind(relation, movable, fixed, marks)
    if relation == "surround":
        return _surround(movable, fixed)
    if not movable:
        kinds = MEANT[relation]
        if fixed and all(not group.place and relation not in ("pair", "sort") for group in fixed) and len(fixed) > 1:
            return Unsaid("nothing in it can be moved: bowls, stands and zones stay where they are")
        if any(not group.place for group in fixed) and relation in ("stack", "line-up"):
            return Unsaid(f"nothing in it can be moved: a {fixed[0].kind} stays where it is")
        mention = groups[0].mention if groups else None
        many = relation in ("stack", "line-up", "pair", "sort")
        movable = [Group(kind, "", None, many, False, "", mention or Mention(kind)) for kind in kinds]
    places = [group for group in movable[1:] if group.place]
    if places and relation in ("stack", "put-on"):
        return _tower(movable, places, bool(fixed))
    if places and relation == "put-into":
        return Unsaid(f"nothing goes into a {places[0].kind}")
    if strays := [group for group in fixed if not group.place and _is_object(group, relation)]:
        return Unsaid(f"a {strays[0].kind} stays where it is")
    if relation in ("pair", "sort"):
        return _by_color(relation, movable, fixed)
    return _onto(relation, movable, fixed)


def too_many(relation: str, count: int) -> Unsaid:
    """More objects than the relation takes."""
    largest = RELATIONS[relation].most
    return Unsaid(f"the composer's {relation!r} takes at most {largest} objects, not {count}")


def _is_place(group: Group, relation: str) -> bool:
    """A box that things go into is a container; a plate or a stand is always a place."""
    place = group.place or group.mention.before == "fill"
    return group.kind == "box" and place and relation in ("put-into", "sort", "pair")


def _as_place(group: Group) -> Group:
    return replace(group, kind="container", place=True)


def _goes_with(relation: str, group: Group) -> bool:
    known = RELATIONS[relation]
    return any(asset in known.onto for asset in assets_of(group.kind)) or group.kind == "thing"


def _is_object(group: Group, relation: str) -> bool:
    """Whether something that stays was named where what is moved is named: `put the bowl ...`."""
    if group.mention.before in (
        "with",
        "and",
        "of",
        "their",
        "its",
        "to",
        "by",
        "fill",
        "load",
        "",
        "match",
        "pair",
        ",",
    ):
        return False
    return relation in ("put-into", "put-on", "stack", "line-up")


def _things(groups: Sequence[Group], used: set[str]) -> tuple[Thing, ...]:
    """The groups as things, in colours of their own where none was said."""
    spare = spare_colors(used | {group.color for group in groups})
    made = []
    for group in groups:
        count = group.count if group.count is not None else 2 if group.many else 1
        made.append(Thing(assets_of(group.kind)[0], group.color or next(spare), count))
    return tuple(made)


def _onto(relation: str, movable: Sequence[Group], fixed: Sequence[Group]) -> Spec | Unsaid:
    """Things that all go to one place: into bowls or a container, onto a base, into a row."""
    moved = _things(movable, {group.color for group in fixed})
    if relation in SEVERAL and len(moved) == 1 and movable[0].many:
        moved = (replace(moved[0], count=SEVERAL[relation]),)
    if relation in SEVERAL and len(moved) == 1 and moved[0].count == 1 and not fixed and movable[0].count is None:
        moved = (replace(moved[0], count=SEVERAL[relation]),)
    count = sum(thing.count for thing in moved)
    if count > RELATIONS[relation].most:
        return too_many(relation, count)
    bowls = [group for group in fixed if group.kind == "bowl"]
    if relation == "put-into" and len(fixed) > 1:
        if len(bowls) == len(fixed) and [group.color for group in fixed] == [thing.color for thing in moved]:
            return _by_color("pair", movable, fixed)
        return Unsaid("it names more than one place to go")
    if len(fixed) > 1 or any((group.count or 1) > 1 and group.kind != "bowl" for group in fixed):
        return Unsaid("it names more than one place to go")
    taken = {thing.color for thing in moved} | {group.color for group in fixed}
    free = next((name for name in TARGET_COLORS if name not in taken), "white")
    several_bowls = bool(bowls) and (bowls[0].many or (bowls[0].count or 1) > 1)
    if bowls and len(moved) > 1:
        return Unsaid("a bowl holds one object", _in_container(moved, bowls[0].color))
    if bowls and count > 1 and not several_bowls:
        return Unsaid("a bowl holds one object", _in_container(moved, bowls[0].color))
    if fixed:
        target = Thing(_target_asset(relation, fixed[0]), fixed[0].color or free)
    else:
        target = Thing(CONTAINER if relation == "put-into" and len(moved) > 1 else FREE_TARGETS[relation], free)
    if target.asset == BOWL:
        target = replace(target, count=count)
    spec = Spec(relation, moved, (target,))
    if relation == "put-into" and target.asset not in (BOWL, CONTAINER):
        spec = replace(spec, relation="put-on")
    elif relation == "put-on" and target.asset in (BOWL, CONTAINER):
        return _onto("put-into", movable, fixed)
    return physical(spec)


def _in_container(moved: Sequence[Thing], color: str) -> str:
    return f"put {joined([thing.counted for thing in moved])} into the {color} container".replace("  ", " ")


def _target_asset(relation: str, group: Group) -> str:
    allowed = RELATIONS[relation].onto
    return next((asset for asset in assets_of(group.kind) if asset in allowed), assets_of(group.kind)[0])


def _by_color(relation: str, movable: Sequence[Group], fixed: Sequence[Group]) -> Spec | Unsaid:
    """Each colour to the place of its own colour."""
    moved = _things(movable, set())
    if [group.color for group in fixed if group.color and group.color not in {thing.color for thing in moved}]:
        if any(group.color for group in movable):
            return Unsaid("it names places of other colors than the things that go there")
        colors = [group.color for group in fixed if group.color]
        moved = tuple(replace(moved[0], color=color) for color in colors) if len(moved) == 1 else moved
    if len({thing.color for thing in moved}) < len(moved):
        return Unsaid("things of one color would go to one place together with others of that color")
    if len(moved) == 1:
        wanted = movable[0].count or 2 if relation == "pair" else 2
        spare = spare_colors({moved[0].color})
        others = tuple(replace(moved[0], color=next(spare)) for _ in range(max(1, min(wanted, 3) - 1)))
        each = 1 if relation == "pair" else max(1, (movable[0].count or (4 if movable[0].many else 2)) // 2)
        moved = tuple(replace(thing, count=each) for thing in (moved[0], *others))
    if relation == "pair":
        moved = tuple(replace(thing, count=1) for thing in moved)
    count = sum(thing.count for thing in moved)
    if count > RELATIONS[relation].most or len(moved) > 4:
        return too_many(relation, count)
    asset = BOWL if relation == "pair" else ZONE
    for group in fixed:
        asset = _target_asset(relation, group)
    return physical(Spec(relation, moved, tuple(Thing(asset, thing.color) for thing in moved)))


def _by_kind(relation: str, movable: Sequence[Group], fixed: Sequence[Group], marks: frozenset[str]) -> Spec | Unsaid:
    """Each kind to a zone of its own; by size: blocks and small blocks."""
    by_size = "bysize" in marks
    named = [assets_of(group.kind)[0] for group in movable]
    kinds = [BLOCK, SMALL] if by_size and set(named) <= {BLOCK, SMALL} else list(dict.fromkeys(named))
    if not by_size and len(kinds) < 2:
        kinds = [kinds[0], CYLINDER if kinds[0] != CYLINDER else BLOCK] if kinds else [BLOCK, CYLINDER]
    if by_size and not set(kinds) <= {BLOCK, SMALL, BOX}:
        return Unsaid("only blocks and disks come in more than one size")
    if relation not in ("sort", "stack", "line-up", "pair"):
        return Unsaid("things are sorted or stacked by size and shape, not put anywhere else by it")
    if relation == "stack" and by_size:
        return Spec("stack", (Thing(BLOCK, "red"), Thing(SMALL, "blue")), (Thing(STAND, "green"),))
    if relation == "line-up":
        return Unsaid("rows have no order of size")
    colors = ("red", "blue", "yellow", "purple")
    count = 2 if len(kinds) == 2 else 1
    said = dict(zip(named, movable, strict=True))
    moved = tuple(_told(kind, said.get(kind), color, count) for kind, color in zip(kinds, colors, strict=False))
    asset = _target_asset("sort", fixed[0]) if fixed else ZONE
    spare = spare_colors({thing.color for thing in moved})
    return physical(Spec("sort", moved, tuple(Thing(asset, next(spare)) for _ in moved)))


def _told(kind: str, group: Group | None, color: str, count: int) -> Thing:
    """A thing with the colour and number that were said, else with these."""
    if group is None:
        return Thing(kind, color, count)
    number = group.count if group.count is not None else count if group.many or not group.color else 1
    return Thing(kind, group.color or color, number)


def _surround(movable: Sequence[Group], fixed: Sequence[Group]) -> Spec | Unsaid:
    around = next((group for group in (*movable, *fixed) if group.mention.before == "around"), None)
    first = next((group for group in (*movable, *fixed) if group.mention.before == "surround"), None)
    others = [group for group in movable if group is not around and group is not first]
    if (around or first) in fixed:
        return Unsaid(
            f"a {(around or first or fixed[0]).kind} is too wide to be surrounded: things stand around small ones"
        )
    middle = around or first or (movable[0] if len(movable) > 1 else None)
    if middle is None:
        return Unsaid("it does not say what to surround, and with what")
    ring = next((group for group in others if group is not middle), None) or Group(
        "cylinder" if middle.kind == "block" else "block", "", None, True, False, "", middle.mention
    )
    (thing, core) = _things([ring, middle], set())
    count = thing.count if ring.count is not None and thing.count > 1 else SEVERAL["surround"]
    if count > RELATIONS["surround"].most:
        return too_many("surround", count)
    zone = next((group for group in fixed if group is not middle), None)
    color = (
        zone.color
        if zone and zone.color
        else next(c for c in ("brown", "gray", "white") if c not in (thing.color, core.color))
    )
    return Spec("surround", (replace(thing, count=count),), (replace(core, count=1), Thing(ZONE, color)))


def _tower(movable: Sequence[Group], places: Sequence[Group], fixed: bool) -> Spec | Unsaid:
    """`A on B`, `A on B on C`, `A on B and B on C`: the last is the base, and the one before it goes onto it first."""
    chain = _chain(movable) or list(movable)
    places = [group for group in chain if group.place] if len(chain) != len(movable) else places
    order = [group for group in chain if group is not chain[-1]]
    if fixed or (len(places) > 1 and len(places) != len(chain) - 1) or places[-1] is not chain[-1]:
        return Unsaid("the composer cannot tell what goes on what")
    base = _things([chain[-1]], {group.color for group in order})[0]
    if not chain[-1].color:
        taken = {group.color for group in order}
        base = replace(base, color=next(name for name in TARGET_COLORS if name not in taken))
    if base.count != 1:
        return Unsaid("things are stacked on one base")
    stacked = list(reversed(order)) if len(places) > 1 else order
    return physical(Spec("stack", _things(stacked, {base.color}), (base,)))


def _chain(movable: Sequence[Group]) -> list[Group]:
    """`A on B and B on C` from the top to the base, in whatever order they were said; empty if it is no such chain."""
    above, below = movable[::2], movable[1::2]
    paired = len(above) == len(below) > 1 and all(group.place for group in below)
    if not paired or any(group.place for group in above):
        return []
    on = {(group.kind, group.color): base for group, base in zip(above, below, strict=True)}
    carried = {(base.kind, base.color) for base in below}
    tops = [group for group in above if (group.kind, group.color) not in carried]
    if len(tops) != 1 or len(on) != len(above):
        return []
    chain = [tops[0]]
    while (chain[-1].kind, chain[-1].color) in on and len(chain) <= len(movable):
        chain.append(on[(chain[-1].kind, chain[-1].color)])
    return chain if len(chain) == len(above) + 1 else []


def physical(spec: Spec) -> Spec | Unsaid:
    """The spec, unless things would not stay where it puts them."""
    known = RELATIONS[spec.relation]
    if spec.relation == "stack" and any(thing.asset == BALL for thing in (*spec.moved, *spec.targets)):
        return Unsaid("nothing can be stacked with balls")
    for thing in spec.moved:
        on_top = spec.relation == "stack" and thing == spec.moved[-1] and (thing.asset, thing.count) == (SMALL, 1)
        if thing.asset not in known.moves and not on_top:
            others = joined(list(dict.fromkeys(Thing(asset).noun for asset in known.moves if asset in LOOSE)))
            return Unsaid(f"the composer's {spec.relation!r} moves {others}, not {thing.noun}s")
    for thing in spec.targets:
        if thing.asset not in known.onto:
            return Unsaid(f"the composer's {spec.relation!r} does not go to a {thing.noun}")
    if len({(thing.asset, thing.color) for thing in spec.moved}) < len(spec.moved):
        return Unsaid("two groups in it are the same to the eye")
    if spec.relation == "put-on" and spec.targets[0].asset == STAND and spec.moved_count > ON_STAND:
        return Unsaid(f"a stand has room for {number_word(ON_STAND)} things side by side, not for {spec.moved_count}")
    if spec.moved_count > known.most:
        return too_many(spec.relation, spec.moved_count)
    return spec
