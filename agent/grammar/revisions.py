"""A task changed by a few words of a person: `make it four blocks and add a distractor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.answers import Proposal
from agent.grammar.consequences import kind_of, settled, suggestion
from agent.grammar.denials import denied, goal_of_its_own
from agent.grammar.drafts import FREE
from agent.grammar.goals import crowded
from agent.grammar.groups import MOVABLE, PALETTE, Group, assets_of, groups_of, spare_colors
from agent.grammar.heard import unheard
from agent.grammar.matching import find_thing, with_things
from agent.grammar.mentions import Reading, parse
from agent.grammar.programs import worded_as
from agent.grammar.rearranging import rearranged
from agent.grammar.relations import BLOCK, BOX, RELATIONS, SMALL
from agent.grammar.spec import THEN, Spec, Thing, joined, number_word
from agent.grammar.unsaid import Unsaid
from agent.grammar.words import Word, read, vocabulary
from sim.catalogue import catalogue

JOINTS = frozenset(["and", ",", "but", "then", "also"])
FEWER = frozenset(["less", "fewer", "remove", "without", "drop", "delete", "minus", "no"])
GONE = frozenset(["less", "fewer", "remove", "without", "delete", "minus", "no"])
SWAPS = frozenset(["swap", "exchange", "switch", "reverse", "invert"])
TALLER = frozenset(["taller", "higher", "longer", "harder", "tall", "high", "long", "larger", "bigger"])
SHORTER = frozenset(["shorter", "lower", "easier", "simpler", "short", "low"])
ASIDE = frozenset(["no", "yes", "ok", "okay", "please", "actually", "well"])  # where they stand alone
SMALLER = frozenset(["small", "little", "tiny", "smaller"])
BIGGER = frozenset(["big", "large", "bigger", "larger"])


@dataclass(frozen=True)
class _Clause:
    """One of the changes: its words, what it names, and what it says besides."""

    reading: Reading
    groups: tuple[Group, ...]
    text: str

    def has(self, words: frozenset[str] | set[str]) -> bool:
        return bool(words & set(self.reading.words) or words & {word.rstrip("*") for word in self.reading.words})

    @property
    def colors(self) -> list[str]:
        """The colours that belong to no thing."""
        return [vocabulary().colors[word] for word in self.reading.rest if word in vocabulary().colors]

    @property
    def number(self) -> int | None:
        """A number that belongs to no thing."""
        return next(
            (int(word) for word in self.reading.rest if word.isdigit()), 1 if "one" in self.reading.rest else None
        )


def revise_proposal(proposal: Proposal, change: str) -> Spec | Unsaid:
    """The task of a proposal as a person wants it changed.

    Args:
        proposal: The proposal, of the composer or of a language model.
        change: What they said.

    Returns:
        The changed spec, or why there is none: also where the proposal says what the grammar has no words for.
    """
    relations_told = proposal.relation.split(THEN)
    stages = sum(item.role == "moved" for item in proposal.objects)
    known = all(name in RELATIONS for name in relations_told) and stages >= len(relations_told)
    targets = any(item.role == "target" for item in proposal.objects)
    if not (known and targets and all(item.asset in catalogue() for item in proposal.objects)):
        return Unsaid(
            f"the composer's grammar has no words for {proposal.name!r}, so it cannot change it",
            "ask for a task of its own, or use a language model",
        )
    return revise(worded_as(Spec.of(proposal), proposal.steps), change)


def revise(spec: Spec, change: str) -> Spec | Unsaid:
    """The task as a person wants it changed.

    Args:
        spec: The task as it is.
        change: What they said: `four blocks`, `use red ones instead`, `on the pallet`, `without the distractors`.

    Returns:
        The changed spec, or why it cannot be changed so and what can be said.
    """
    clauses = _clauses(read(change), spec)
    if not clauses:
        return _helped(Unsaid("the change has no words"), spec)
    if (anew := goal_of_its_own(spec, change)) and anew != spec:
        return anew
    wanted = spec
    for clause in clauses:
        answer = _changed(wanted, clause)
        if isinstance(answer, Unsaid):
            return _helped(answer, spec)
        wanted = answer
    changed = settled(wanted, spec)
    if isinstance(changed, Unsaid):
        return changed
    for clause in clauses:
        if lost := unheard(spec, changed, clause.reading, clause.groups, clause.text):
            return _helped(lost, spec)
    if changed == spec:
        return _helped(Unsaid(f"{change!r} changes nothing: the task has all that the composer finds in it"), spec)
    return changed


def _helped(answer: Unsaid, spec: Spec) -> Unsaid:
    """The answer with a change that can be made, where it names none."""
    return answer if answer.nearest else replace(answer, nearest=suggestion(spec))


def _clauses(words: tuple[Word, ...], spec: Spec) -> list[_Clause]:
    """The changes one by one, cut at `and` and at commas, but not within `the red and the blue block`."""
    reading = parse(words)
    inside = {place for mention in reading.mentions for place in range(mention.start, mention.stop)}
    parts: list[list[Word]] = [[]]
    for place, word in enumerate(words):
        if word.text in JOINTS and place not in inside and not SWAPS & {each.text for each in parts[-1]}:
            parts.append([])
        else:
            parts[-1].append(word)
    made = []
    for part in parts:
        if all(word.text in ASIDE or not word.text.isalnum() for word in part):
            continue
        own = parse(tuple(part))
        groups = tuple(_resolved(group, spec) for group in groups_of(own))
        made.append(_Clause(own, groups, " ".join(word.text for word in part)))
    return made


def _resolved(group: Group, spec: Spec) -> Group:
    """`the red ones` are of the kind that is moved."""
    if group.mention.kind in ("one", "thing") and group.kind in ("thing", "one"):
        return replace(group, kind=kind_of(spec.moved[0]))
    return group


# -- the changes -----------------------------------------------------------------------------------------------------


def _changed(spec: Spec, clause: _Clause) -> Spec | Unsaid:
    said = set(clause.reading.rest)
    idle = [group for group in clause.groups if group.kind == "distractor"]
    if "uncrowded" in said or (idle and clause.has(FEWER)):
        return replace(spec, distractors=())
    if idle or "crowded" in said:
        return _with_distractors(spec, clause)
    words = frozenset(word.rstrip("*") for word in clause.reading.words)
    fewer = denied(words, clause.text, bool(clause.groups or clause.colors or clause.number))
    if fewer:
        return fewer if isinstance(fewer, Unsaid) else _counted(spec, 0, -1, None)
    if (
        words & GONE
        and (clause.colors or clause.groups)
        and not any(find_thing(spec, g, "moved") for g in clause.groups)
    ):
        return Unsaid(f"{clause.text!r} leaves out what the task needs or does not have: say what it should be")
    if clause.has(SWAPS) and (clause.has({"color", "bycolor"}) or len(clause.colors) == 2 or clause.groups):
        return _swapped(spec, clause)
    if "insteadof" in said:
        return _exchanged(spec, clause)
    if clause.has({"different", "other", "new", "another"}) and clause.has({"color"}):
        return _recolored(spec)
    if arranged := rearranged(spec, clause.reading, clause.groups):
        return arranged
    if "each" in said and clause.number:
        return replace(spec, moved=tuple(replace(thing, count=clause.number) for thing in spec.moved))
    if (count := _recounted(spec, clause)) is not None:
        return count
    size = "small" if said & SMALLER else "large" if said & BIGGER else ""
    if clause.groups:
        return _resized(spec, clause, size) if size else _applied(spec, clause)
    if clause.colors:
        return _painted(spec, clause)
    if size:
        return _sized(spec, size)
    return _helped(Unsaid(f"the composer does not know how to change a task by {clause.text!r}"), spec)


def _with_distractors(spec: Spec, clause: _Clause) -> Spec:
    wanted: list[Group] = []
    for group in clause.groups:
        if group.kind == "distractor" and group.mention.before == "as" and wanted:
            continue
        wanted.append(group)
    own = [group for group in wanted if group.kind != "distractor"] or wanted
    return crowded(spec, own)


def _swapped(spec: Spec, clause: _Clause) -> Spec | Unsaid:
    """The colours of two things exchanged: the two that were named, or what is moved and where it goes."""
    named = clause.colors or [group.color for group in clause.groups if group.color]
    present = [thing.color for thing in (*spec.moved, *spec.targets)]
    if len(named) != 2:
        moved = list(dict.fromkeys(thing.color for thing in spec.moved))
        targets = list(dict.fromkeys(thing.color for thing in spec.targets))
        named = moved[:2] if len(moved) > 1 else [moved[0], targets[0]]
    if missing := [color for color in named if color not in present]:
        return Unsaid(f"nothing in the task is {joined(missing)}")
    if named[0] == named[1]:
        return Unsaid("the task has one color only")
    return spec.recolored({named[0]: named[1], named[1]: named[0]})


def _exchanged(spec: Spec, clause: _Clause) -> Spec | Unsaid:
    """`X instead of Y`, of things or of colours."""
    split = clause.reading.rest.index("insteadof")
    colors = [(place, word) for place, word in enumerate(clause.reading.rest) if word in vocabulary().colors]
    old = next((group for group in clause.groups if group.mention.before == "insteadof"), None)
    new = next((group for group in clause.groups if group is not old), None)
    old_color = next((word for place, word in colors if place > split), old.color if old else "")
    new_color = next((word for place, word in colors if place < split), new.color if new else "")
    if old_color and new_color and (old is None or new is None or old.kind == new.kind):
        if old_color not in {thing.color for thing in spec.things}:
            return Unsaid(f"nothing in the task is {old_color}")
        return spec.recolored({old_color: new_color})
    if old is None or new is None:
        return Unsaid(f"it is not clear what {clause.text!r} exchanges for what")
    found = find_thing(spec, old)
    if found is None:
        return Unsaid(f"the task has no {old.kind}")
    return _set(spec, found[0], found[1], new)


def _recolored(spec: Spec) -> Spec:
    """All colours changed for others."""
    used = list(dict.fromkeys(thing.color for thing in spec.things if thing.color))
    spare = [color for color in PALETTE if color not in used] + list(reversed(used))
    return spec.recolored(dict(zip(used, spare, strict=False)))


def _recounted(spec: Spec, clause: _Clause) -> Spec | Unsaid | None:
    """`one more`, `two fewer`, `make it four`, `add a block`, `taller`; None where no number is changed."""
    said = clause.has
    group = next((group for group in clause.groups if not group.place), None)
    number = (group.count if group and group.count is not None else clause.number) or None
    if group is not None and group.kind not in MOVABLE and find_thing(spec, group, "moved") is None:
        return None
    role_number = _moved_place(spec, group)
    if said(FEWER) and (group or number):
        return _counted(spec, role_number or 0, -(number or 1), group)
    if said({"more", "another", "extra", "additional", "add", "plus"}):
        if group is not None and role_number is None:
            return _added(spec, group)
        return _counted(spec, role_number or 0, number or 1, group)
    if not clause.groups and not clause.colors and number is None and said(TALLER) and _grows(spec, clause):
        return _counted(spec, 0, 1, None)
    if not clause.groups and not clause.colors and number is None and said(SHORTER):
        return _counted(spec, 0, -1, None)
    if number is not None and not clause.groups:
        by = (said(TALLER) - said(SHORTER)) * number if said({"by"}) else 0  # `two taller` is two tall, by two is more
        return _counted(spec, 0, by or number - spec.moved[0].count, None)
    return None


def _grows(spec: Spec, clause: _Clause) -> bool:
    """Whether `bigger` means one more: of a tower or a row, not of its blocks."""
    return not clause.has(frozenset(["bigger", "larger", "big", "large"])) or spec.relation not in FREE


def _counted(spec: Spec, number: int, by: int, group: Group | None) -> Spec | Unsaid:
    """The spec with more or fewer of one group."""
    if group is not None and by < 0 and _moved_place(spec, group) is None:
        return Unsaid(f"the task moves no {group.kind}")
    thing = spec.moved[number]
    count = thing.count + by
    if count < 1:
        rest = tuple(other for index, other in enumerate(spec.moved) if index != number)
        if not rest or count < 0:
            return Unsaid(f"the task moves {thing.counted}, {number_word(-by)} fewer leaves nothing to do")
        return replace(spec, moved=rest)
    moved = list(spec.moved)
    moved[number] = replace(thing, count=count)
    return replace(spec, moved=tuple(moved))


def _added(spec: Spec, group: Group) -> Spec:
    """The spec with another group of things that are moved."""
    spare = spare_colors({thing.color for thing in spec.things})
    thing = Thing(assets_of(group.kind)[0], group.color or next(spare), group.count or 1)
    return replace(spec, moved=(*spec.moved, thing))


def _applied(spec: Spec, clause: _Clause) -> Spec | Unsaid:
    """`four blocks`, `make the bowl green`, `use cylinders`, `on the pallet`, `four on the pallet`."""
    if clause.number and len(spec.moved) == 1 and all(group.place for group in clause.groups):
        spec = replace(spec, moved=(replace(spec.moved[0], count=clause.number),))
    for group in clause.groups:
        role = "targets" if group.place or group.kind not in MOVABLE else None
        found = find_thing(spec, group, role) or (find_thing(spec, replace(group, color=""), role))
        colors = clause.colors
        if found is None and role == "targets":
            found = ("targets", len(spec.targets) - 1)
        if found is None:
            found = ("moved", 0)
        if colors:  # the red block becomes blue
            group = replace(group, color=colors[-1])
        answer = _set(spec, found[0], found[1], group)
        if isinstance(answer, Unsaid):
            return answer
        spec = answer
    return spec


def _painted(spec: Spec, clause: _Clause) -> Spec | Unsaid:
    """`make them red`, `red instead`, `change red to blue`."""
    colors = clause.colors
    if len(colors) == 2:
        if colors[0] not in {thing.color for thing in spec.things}:
            return Unsaid(f"nothing in the task is {colors[0]}")
        return spec.recolored({colors[0]: colors[1]})
    if len({thing.color for thing in spec.moved}) > 1:
        told = joined([thing.counted for thing in spec.moved])
        return Unsaid(f"it is not clear which of {told} becomes {colors[0]}")
    return spec.recolored({spec.moved[0].color: colors[0]}) if _free(spec, colors[0]) else _traded(spec, colors[0])


def _free(spec: Spec, color: str) -> bool:
    return color not in {thing.color for thing in spec.things}


def _traded(spec: Spec, color: str) -> Spec:
    """What is moved takes a colour that another thing has, which takes its colour where it would look the same."""
    old = spec.moved[0]
    moved = tuple(replace(thing, color=color) for thing in spec.moved)

    def other(things: Sequence[Thing]) -> tuple[Thing, ...]:
        return tuple(
            replace(thing, color=old.color) if (thing.asset, thing.color) == (old.asset, color) else thing
            for thing in things
        )

    return replace(spec, moved=moved, targets=other(spec.targets), distractors=other(spec.distractors))


def _resized(spec: Spec, clause: _Clause, size: str) -> Spec | Unsaid:
    """`make the blocks smaller`: what is moved, and nothing else."""
    for group in clause.groups:
        if find_thing(spec, group, "moved") is None:
            word = "smaller" if size == "small" else "bigger"
            return Unsaid(f"the world has no {word} {group.kind}: blocks come in two sizes, other things in one")
    return _sized(spec, size)


def _sized(spec: Spec, size: str) -> Spec | Unsaid:
    """Smaller or bigger things, where the world has them."""
    swap = {BLOCK: SMALL, BOX: BLOCK} if size == "small" else {SMALL: BLOCK}
    if not any(thing.asset in swap for thing in spec.moved):
        told = joined([f"{thing.noun}s" for thing in spec.moved])
        word = "smaller" if size == "small" else "bigger"
        return Unsaid(f"the world has no {word} {told}: blocks come in two sizes, other things in one")
    return replace(spec, moved=tuple(replace(t, asset=swap.get(t.asset, t.asset)) for t in spec.moved))


# -- what is meant ---------------------------------------------------------------------------------------------------


def _moved_place(spec: Spec, group: Group | None) -> int | None:
    if group is None:
        return 0
    found = find_thing(spec, group, "moved")
    return None if found is None else found[1]


def _set(spec: Spec, role: str, number: int, group: Group) -> Spec | Unsaid:
    """The spec with one thing changed to what was named."""
    things = list(getattr(spec, role))
    old: Thing = things[number]
    allowed = RELATIONS[spec.relation].moves if role == "moved" else RELATIONS[spec.relation].onto
    kinds = assets_of("container" if group.kind == "box" and role == "targets" else group.kind)
    asset = next((name for name in kinds if name in allowed), next(iter(kinds), old.asset))
    if role == "targets" and spec.relation in ("put-into", "put-on") and asset not in allowed:
        relation = "put-on" if spec.relation == "put-into" else "put-into"
        if asset in RELATIONS[relation].onto:
            spec = replace(spec, relation=relation)
    if group.mention.kind in ("one", "thing"):
        asset = old.asset
    count = group.count if group.count is not None and (role != "targets" or group.count > 1) else old.count
    if role == "targets" and asset != old.asset:
        count = 1
    if group.mention.article:  # `use a red block`: which, not how many
        count = old.count
    if count < 1:
        return Unsaid(f"there is nothing to do with no {old.noun}s")
    things[number] = replace(old, asset=asset, color=group.color or old.color, count=count, form=group.form)
    changed = with_things(spec, role, things)
    if role == "moved" and asset != old.asset and not group.color:  # all of them, whatever their colour
        moved = tuple(replace(t, asset=asset) if t.asset == old.asset else t for t in changed.moved)
        changed = replace(changed, moved=moved)
    return changed
