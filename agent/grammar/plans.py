"""A curriculum towards a goal: simple helper tasks first, each built on those before, the last the goal itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.grammar.drafts import FREE, physical
from agent.grammar.goals import plain_goal, understand
from agent.grammar.matching import candidates
from agent.grammar.programs import summary
from agent.grammar.relations import BASES, BLOCK, BOWL, CONTAINER, LOOSE, PALLET, RELATIONS, SQUARE, STAND, ZONE
from agent.grammar.spec import Spec, Thing
from agent.grammar.unsaid import Unsaid

HELPERS = 3  # before the goal, where nobody says how many
# What is practised before a relation, the simplest first: a house is walls and a roof that lies like a bridge's deck.
BEFORE: dict[str, tuple[str, ...]] = {
    "stack": ("put-on",),
    "line-up": ("put-on",),
    "pyramid": ("put-on", "stack"),
    "wall": ("line-up", "stack"),
    "stairs": ("put-on", "stack"),
    "bridge": ("put-on",),
    "house": ("put-on", "wall", "bridge"),
    "platform": ("corners", "bridge"),
    "towers": ("stack",),
    "pair": ("put-into",),
    "sort": ("put-on",),
    "surround": ("left-of", "between"),
    "circle": ("put-on", "triangle"),
    "triangle": ("put-on",),
    "grid": ("put-on", "line-up"),
    "corners": ("put-on",),
    "diagonal": ("line-up",),
    "rows": ("line-up",),
    "between": ("left-of",),
    "move": ("put-into",),
    "unstack": ("put-on",),
    "restack": ("stack", "unstack"),
    "hanoi": ("pegs",),
    "pegs": ("put-on",),
    "align": ("put-on",),
}
WHY = {
    "put-on": "picking things up and setting them down where they are told to go",
    "put-into": "bringing a thing into what holds it",
    "stack": "setting things on top of each other",
    "line-up": "a straight row, which a course of a wall is too",
    "wall": "a wall: one course on another",
    "bridge": "a plank across two supports, as a roof lies on walls",
    "towers": "two towers, as high as each other",
    "pair": "going by colors with fewer of them",
    "sort": "going by colors with fewer of them",
    "corners": "places that lie apart, as legs do",
    "triangle": "a figure of few things",
    "left-of": "one thing beside another",
    "between": "a thing that has neighbours on both sides",
    "unstack": "taking apart before building anew",
    "pegs": "bringing disks over a peg",
    "pyramid": "the layers of a smaller pyramid",
}


@dataclass(frozen=True)
class Step:
    """One task of a curriculum.

    Attributes:
        goal: A sentence that `understand` understands.
        spec: What it stands for.
        why: What it is practised for.
        builds_on: Numbers of the earlier steps, from 1, that it is built on.
    """

    goal: str
    spec: Spec
    why: str
    builds_on: tuple[int, ...]


def curriculum(goal: str, tasks: int | None = None, known: Collection[str] = ()) -> list[Step] | Unsaid:
    """The steps towards a goal.

    Args:
        goal: What a person wants.
        tasks: How many steps; None lets the goal decide.
        known: Names of tasks that the library has: they need no step.

    Returns:
        The steps, the last of them the goal, or why the goal cannot be reached.
    """
    spec = understand(goal)
    if isinstance(spec, Unsaid):
        return spec
    wanted = (0 if _simple(spec) else HELPERS) if tasks is None else tasks - 1
    ladder = _ladder(spec, known)
    helpers = _chosen(ladder, wanted)
    if tasks is not None and len(helpers) < wanted:
        helpers = _ordered([*_others(spec, [*helpers, spec], known, wanted - len(helpers)), *helpers])
    steps = [Step(summary(helper), helper, _why(helper, spec), ()) for helper in helpers]
    steps.append(Step(plain_goal(goal), spec, "the goal itself", ()))
    return [replace(step, builds_on=_grounds(number, steps)) for number, step in enumerate(steps)]


def simpler(goal: str, known: Collection[str] = ()) -> Step | Unsaid:
    """One step that is simpler than a goal which was not reached.

    Args:
        goal: The goal that failed.
        known: Names of tasks that are there already.
    """
    spec = understand(goal)
    if isinstance(spec, Unsaid):
        return spec
    ladder = _ladder(spec, known) or list(_others(spec, [spec], known, 1))
    if not ladder:
        return Unsaid(f"nothing simpler than {goal!r} is left to practise", "try another goal")
    nearest = ladder[-1]
    return Step(summary(nearest), nearest, f"simpler than {plain_goal(goal)!r}: {_why(nearest, spec)}", ())


def _simple(spec: Spec) -> bool:
    """Whether a task is so simple that nothing has to be practised before it."""
    single = spec.moved_count == 1 or (spec.relation in ("sweep", "rope") and len(spec.moved) == 1)
    return single and not spec.distractors and not spec.then


def _ladder(spec: Spec, known: Collection[str]) -> list[Spec]:
    """Helper tasks of a goal, the simplest first, each of them something that a sentence can ask for."""
    found: list[Spec] = []
    names = {spec.name, *known}
    for helper in _helpers(spec):
        if helper.name in names or helper.structure == spec.structure or not speakable(helper):
            continue
        names.add(helper.name)
        found.append(helper)
    return found


def _helpers(spec: Spec) -> Iterator[Spec]:
    if spec.then:
        for stage in spec.stages:
            yield from _ladder(replace(stage, distractors=()), ())[-1:]
            yield replace(stage, distractors=())
        return
    if spec.distractors:
        bare = replace(spec, distractors=())
        yield from _helpers(bare)
        yield bare
        return
    for relation in _before(spec.relation):
        if (helper := _like(relation, spec)) is not None:
            yield helper
    yield from _fewer(spec)


def _before(relation: str) -> list[str]:
    """What is practised before a relation and before that, the simplest first."""
    found: list[str] = []
    for earlier in BEFORE.get(relation, ()):
        found += [name for name in _before(earlier) if name not in found]
        found += [earlier] if earlier not in found else []
    return found


def _fewer(spec: Spec) -> Iterator[Spec]:
    """The same relation with fewer things."""
    total = spec.moved_count
    counts = sorted({-(-total // 3), -(-2 * total // 3)} - {total})
    if "put-on" in BEFORE.get(spec.relation, ()):  # one block on a stand is no tower
        counts = [count for count in counts if count > 1]
    if spec.relation not in FREE:
        smaller = [other for other in candidates(spec.relation) if _goes_before(other, spec)]
        best: dict[int, Spec] = {}
        for other in sorted(smaller, key=lambda other: _unlike(other, spec)):
            best.setdefault(other.moved_count, other)
        for count in sorted(best)[-2:]:
            yield _in_colors(_on_base_of(best[count], spec), spec)
        return
    for count in counts:
        fewer = _cut(spec, count)
        if fewer is not None and not isinstance(physical(fewer), Unsaid):
            yield fewer


def _goes_before(other: Spec, spec: Spec) -> bool:
    """Whether another structure of the relation is a simpler one."""
    return other.moved_count < spec.moved_count or (
        other.moved_count == spec.moved_count and len(other.moved) < len(spec.moved)
    )


def _unlike(other: Spec, spec: Spec) -> int:
    """How much two structures differ in what takes part; what is moved counts more than where it goes."""
    moved = {thing.asset for thing in spec.moved} ^ {thing.asset for thing in other.moved}
    targets = {thing.asset for thing in spec.targets} ^ {thing.asset for thing in other.targets}
    return 3 * len(moved) + len(targets)


def _on_base_of(other: Spec, spec: Spec) -> Spec:
    """A structure on the base of the goal, where it may stand there."""
    base = spec.targets[0].asset
    exchangeable = len(other.targets) == 1 and other.targets[0].asset in BASES and base in BASES
    if exchangeable and base in RELATIONS[other.relation].onto:
        return replace(other, targets=(replace(other.targets[0], asset=base),))
    return other


def _cut(spec: Spec, count: int) -> Spec | None:
    """The first things of a spec, as many as that."""
    if spec.relation in ("pair", "sort"):
        return _fewer_groups(spec, count)
    moved, left = [], count
    for thing in spec.moved:
        if left > 0:
            moved.append(replace(thing, count=min(thing.count, left)))
            left -= moved[-1].count
    targets = spec.targets
    if spec.relation == "put-into" and targets[0].asset == BOWL:
        targets = (replace(targets[0], count=count),)
    return replace(spec, moved=tuple(moved), targets=targets)


def _fewer_groups(spec: Spec, count: int) -> Spec | None:
    """A sorting with fewer of each, or with fewer colours; one of two colours is the least that can be sorted."""
    each = tuple(replace(thing, count=1) for thing in spec.moved)
    if count >= len(each) and each != spec.moved:
        return replace(spec, moved=each)
    if 2 <= count < len(each):
        return replace(spec, moved=each[:count], targets=spec.targets[:count])
    return None


def _like(relation: str, spec: Spec) -> Spec | None:
    """The simplest task of another relation with things and colours of this one."""
    own = sorted(
        (thing for thing in spec.moved if thing.asset in RELATIONS[relation].moves),
        key=lambda thing: (thing.asset != BLOCK, thing.asset not in LOOSE),
    )
    first = own[0] if own else Thing(BLOCK, spec.moved[0].color)
    if relation in ("put-on", "stack", "line-up", "put-into") and not first.color.isdigit():
        return _free_like(relation, first, spec)
    options = sorted(
        candidates(relation), key=lambda other: (_unlike(other, spec), other.moved_count, len(other.moved))
    )
    return _in_colors(_on_base_of(options[0], spec), spec) if options else None


def _free_like(relation: str, first: Thing, spec: Spec) -> Spec:
    place = spec.targets[0]
    count = {"put-on": 1, "put-into": 1, "stack": 2, "line-up": min(3, max(2, spec.moved_count // 2))}[relation]
    if relation == "put-on" and spec.relation in ("bridge", "house"):
        count = 2
    default = {"put-on": ZONE, "stack": STAND, "line-up": "line/line-template.urdf", "put-into": BOWL}[relation]
    bases = (STAND, PALLET, ZONE, SQUARE) if relation in ("put-on", "stack") else (BOWL, CONTAINER)
    asset = place.asset if place.asset in bases and place.asset in RELATIONS[relation].onto else default
    matching = spec.relation in ("pair", "sort") and place.color == first.color
    color = place.color if place.color and (matching or place.color != first.color) else "gray"
    return Spec(relation, (replace(first, count=count),), (Thing(asset, color),))


def _in_colors(structure: Spec, spec: Spec) -> Spec:
    """A structure in the colours of a goal: for the same kinds the same colours."""
    chosen: dict[str, str] = {}
    pool = list(dict.fromkeys(thing.color for thing in (*spec.moved, *spec.targets) if thing.color))
    pool += [color for color in ("red", "blue", "yellow", "purple", "green", "orange", "cyan") if color not in pool]
    for role in ("moved", "targets"):
        for thing in getattr(structure, role):
            if thing.color in chosen or not thing.color.isdigit():
                continue
            same = [own.color for own in getattr(spec, role) if own.asset == thing.asset]
            free = [color for color in (*same, *pool) if color and color not in chosen.values()]
            chosen[thing.color] = free[0]
    return structure.recolored(chosen)


def speakable(spec: Spec) -> bool:
    """Whether the task's own sentence asks for that very task."""
    heard = understand(summary(spec))
    return isinstance(heard, Spec) and heard.structure == spec.structure


def _chosen(ladder: Sequence[Spec], count: int) -> list[Spec]:
    """As many helpers as that: the first one, and those next to the goal."""
    if count <= 0:
        return []
    if len(ladder) <= count:
        return list(ladder)
    return [ladder[0], *ladder[len(ladder) - count + 1 :]] if count > 1 else [ladder[-1]]


def _others(spec: Spec, taken: Sequence[Spec], known: Collection[str], count: int) -> Iterator[Spec]:
    """Further tasks with the same kinds of things, the simplest first."""
    names = {*known, *(other.name for other in taken)}
    kinds = {thing.asset for thing in (*spec.moved, *spec.targets)}

    def far(other: Spec) -> tuple[int, int]:
        return other.moved_count, -len({thing.asset for thing in (*other.moved, *other.targets)} & kinds)

    families = [iter(sorted(candidates(relation), key=far)) for relation in RELATIONS]
    while families and count > 0:  # one of each relation, then another of each
        for family in list(families):
            other = next(family, None)
            if other is None:
                families.remove(family)
                continue
            colored = _in_colors(other, spec)
            if count > 0 and colored.name not in names and speakable(colored):
                names.add(colored.name)
                count -= 1
                yield colored


def _ordered(specs: Sequence[Spec]) -> list[Spec]:
    return sorted(specs, key=lambda spec: spec.moved_count)


def _why(helper: Spec, spec: Spec) -> str:
    if helper.relation == spec.relation and not spec.then:
        return "the same with less: fewer things, or nothing else around"
    return WHY.get(helper.relation, RELATIONS[helper.relation].what)


def _grounds(number: int, steps: Sequence[Step]) -> tuple[int, ...]:
    """The earlier steps that a step is built on: those of its relation or of what comes before it, else the last."""
    own = steps[number].spec
    wanted = {relation for stage in own.stages for relation in (stage.relation, *BEFORE.get(stage.relation, ()))}
    if number == len(steps) - 1:
        used = {earlier for step in steps[:-1] for earlier in _grounds(steps.index(step), steps)}
        return tuple(place for place in range(1, number + 1) if place not in used or _within(steps[place - 1], wanted))
    found = tuple(place + 1 for place in range(number) if _within(steps[place], wanted))
    return found or ((number,) if number else ())


def _within(step: Step, relations: Collection[str]) -> bool:
    return step.spec.relation in relations
