"""What follows from a change to a task: as many bowls as things, no two groups that look alike, only what stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.grammar.drafts import FREE, physical
from agent.grammar.groups import Group, spare_colors
from agent.grammar.matching import candidates, match
from agent.grammar.mentions import Mention
from agent.grammar.relations import BOWL, RELATIONS, SMALL
from agent.grammar.spec import Spec, Thing, number_word
from agent.grammar.unsaid import Unsaid


def kind_of(thing: Thing) -> str:
    """What a thing is called in goals."""
    return "small block" if thing.asset == SMALL else thing.form or thing.noun.split()[-1]


def settled(spec: Spec, before: Spec) -> Spec | Unsaid:
    """The changed task with everything that hangs on what was changed, or why it cannot be."""
    spec = _dependent(spec, before)
    answer: Spec | Unsaid = spec
    if spec.relation in FREE:
        answer = physical(spec)
    elif spec.relation == before.relation and spec.structure != before.structure:
        answer = _structured(spec)
    if isinstance(answer, Unsaid):
        return replace(answer, nearest=answer.nearest or suggestion(before))
    return _apart(answer)


def _dependent(spec: Spec, before: Spec) -> Spec:
    """As many bowls as things; the places of a pairing in the colours of what goes there."""
    if spec.relation == "put-into" and spec.targets[0].asset == BOWL:
        count = sum(thing.count for thing in spec.moved)
        spec = replace(spec, targets=(replace(spec.targets[0], count=count),))
    if spec.relation in ("pair", "sort") and [t.color for t in before.moved] == [t.color for t in before.targets]:
        place = spec.targets[0]
        if spec.targets != before.targets and len(spec.targets) == len(spec.moved):
            colored = zip(spec.moved, spec.targets, strict=True)
            changed = [
                replace(thing, color=target.color) if target.color != old.color else thing
                for (thing, target), old in zip(colored, before.targets, strict=True)
            ]
            spec = replace(spec, moved=tuple(changed))
        spec = replace(spec, targets=tuple(replace(place, color=thing.color) for thing in spec.moved))
    return spec


def _structured(spec: Spec) -> Spec | Unsaid:
    """A spec of a relation that has its own structures must be one of them, but for distractors."""
    bare = replace(spec, distractors=(), then=None)
    if any(option.structure == bare.structure for option in candidates(spec.relation)):
        return spec
    groups = [
        Group(kind_of(thing), thing.color, thing.count, False, role == "targets", thing.form, Mention(kind_of(thing)))
        for role, things in (("moved", spec.moved), ("targets", spec.targets))
        for thing in things
    ]
    merged = match(spec.relation, _merged(groups))
    return replace(merged, distractors=spec.distractors, then=spec.then) if isinstance(merged, Spec) else merged


def _merged(groups: Sequence[Group]) -> list[Group]:
    """Groups of one kind, without their colours, as one: eight blocks where there were courses of three and five."""
    made: list[Group] = []
    for group in groups:
        same = next((number for number, other in enumerate(made) if other.kind == group.kind and not group.place), None)
        if same is None:
            made.append(group)
        else:
            made[same] = replace(made[same], count=(made[same].count or 0) + (group.count or 0), color="")
    return made


def _apart(spec: Spec) -> Spec | Unsaid:
    """No two groups that look the same: distractors give way."""
    playing = {(thing.asset, thing.color) for stage in spec.stages for thing in stage.moved}
    spare = spare_colors({thing.color for thing in spec.things})
    idle = tuple(
        replace(thing, color=next(spare)) if (thing.asset, thing.color) in playing else thing
        for thing in spec.distractors
    )
    return replace(spec, distractors=idle)


def suggestion(spec: Spec) -> str:
    """A change that can be made."""
    thing = spec.moved[0]
    if spec.relation in FREE and spec.relation != "pair" and spec.moved_count < RELATIONS[spec.relation].most:
        more = replace(thing, count=thing.count + 1)
        if not isinstance(physical(replace(spec, moved=(more, *spec.moved[1:]))), Unsaid):
            return f'try "make it {number_word(more.count)} {more.words}", "add a distractor" or "swap the colors"'
    return 'try "use other colors", "add a distractor" or "swap the colors"'
