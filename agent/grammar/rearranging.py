"""The same things in another relation: `line them up instead`, `make it a pyramid`, `to the left of it`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.grammar.consequences import kind_of
from agent.grammar.cues import BY_THEMSELVES, TOGETHER, relations
from agent.grammar.drafts import FREE, draft
from agent.grammar.groups import MOVABLE, Group
from agent.grammar.matching import find_thing, match
from agent.grammar.mentions import Mention, Reading
from agent.grammar.spec import Spec, Thing
from agent.grammar.unsaid import Unsaid

BESIDE = frozenset(["left-of", "right-of", "in-front-of", "behind"])  # relations to one thing, which stays


def rearranged(spec: Spec, reading: Reading, groups: Sequence[Group]) -> Spec | Unsaid | None:
    """The things of a task in the relation that a change asks for; None where it asks for none, or for other things.

    Args:
        spec: The task as it is.
        reading: The change.
        groups: What it names.
    """
    relation = _asked(reading)
    if not relation or relation == spec.relation:
        return None
    moved = _moved(spec, [group for group in groups if not group.place])
    if moved is None:
        return not_this(relation) if asked_relation(spec, reading) else None
    places = [_as_it_is(spec, group) for group in groups if group.place]
    if relation in BESIDE and not places:  # `left of it`: of what things were to go to
        places = [_group(spec.targets[0], place=True)]
    marks = frozenset(reading.rest)
    everything = [*moved, *places]
    answer = draft(relation, everything, marks) if relation in FREE else match(relation, everything)
    return replace(answer, distractors=spec.distractors) if isinstance(answer, Spec) else answer


def asked_relation(spec: Spec, reading: Reading) -> str:
    """The relation that is asked for, where the task has another; empty where it has this one, or none is asked for."""
    asked = [name for name in relations(reading) if name not in BY_THEMSELVES]
    has = {stage.relation for stage in spec.stages}
    alike = any({asked[0], relation} <= names for names in TOGETHER for relation in has) if asked else True
    return "" if alike or has & set(asked) else asked[0]


def not_this(relation: str) -> Unsaid:
    """The things of the task do not go into this relation."""
    return Unsaid(f"the composer cannot make {relation!r} of this task: say it as a goal, with all that is in it")


def _asked(reading: Reading) -> str:
    """The relation that counts first; empty where there is only a preposition."""
    return next((name for name in relations(reading) if name not in BY_THEMSELVES), "")


def _moved(spec: Spec, named: Sequence[Group]) -> list[Group] | None:
    """What is moved, as it was named now; None where something else was named."""
    moved = [_group(thing) for thing in spec.moved]
    for group in named:
        place = find_thing(spec, group, "moved") or find_thing(spec, replace(group, color=""), "moved")
        made_of = group.mention.before == "of" and len(moved) == 1  # `a pyramid of cylinders`
        if place is None and not made_of:
            if group.kind not in MOVABLE:  # `line them up`: nothing that is moved
                continue
            return None
        old = moved[place[1] if place else 0]
        count = old.count if group.count is None or group.mention.article else group.count
        moved[moved.index(old)] = replace(old, kind=group.kind, color=group.color or old.color, count=count)
    return moved


def _as_it_is(spec: Spec, group: Group) -> Group:
    """A place in the colour that it has in the task, where no other was said."""
    found = None if group.color else find_thing(spec, group)
    return replace(group, color=getattr(spec, found[0])[found[1]].color) if found else group


def _group(thing: Thing, *, place: bool = False) -> Group:
    kind = kind_of(thing)
    return Group(kind, thing.color, thing.count, False, place, thing.form, Mention(kind))
