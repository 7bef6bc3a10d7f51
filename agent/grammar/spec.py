"""A task as the grammar sees it, and the words for it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.answers import Proposal, ProposedObject
from agent.grammar.relations import DISKS, PEGS, PLANK, RELATIONS, ROPE
from sim.catalogue import find_asset

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
THEN = " then "  # between the relations of a task in two stages
# What people call a thing, where the catalogue's noun does not tell it from others.
NOUNS = {
    "block/small.urdf": "small block",
    ROPE: "rope",
    PLANK: "long box",
    PEGS: "stand",
    **dict(zip(DISKS, ("large disk", "middle disk", "small disk"), strict=True)),
}


@dataclass(frozen=True)
class Thing:
    """Some objects of one kind and colour; an empty colour is the asset's own.

    Attributes:
        asset: Name in the catalogue.
        color: Name in the palette.
        count: How many.
        form: Which form, of an asset that comes in several: `star`.
    """

    asset: str
    color: str = ""
    count: int = 1
    form: str = ""

    @property
    def noun(self) -> str:
        """What people call one of them."""
        return self.form or NOUNS.get(self.asset) or find_asset(self.asset).kind

    @property
    def words(self) -> str:
        """`red block`, or `red blocks` when there are several."""
        plural = f"{self.noun}es" if self.noun.endswith("x") else f"{self.noun}s"
        return f"{self.color} {self.noun if self.count == 1 else plural}".strip()

    @property
    def counted(self) -> str:
        """`the red block`, or `the three red blocks`."""
        return f"the {self.words}" if self.count == 1 else f"the {number_word(self.count)} {self.words}"

    @property
    def mesh(self) -> str:
        """The name of the form's mesh: `kitting/10.obj`; empty for an asset of one form."""
        meshes = find_asset(self.asset).meshes
        return next((name for name, mesh in meshes.items() if mesh.kind == self.form), "")


@dataclass(frozen=True)
class Spec:
    """A relation and the things in it, in the order in which they are used.

    Attributes:
        relation: A relation of `agent.grammar.relations`.
        moved: What is moved; what the groups are is told there.
        targets: Where it goes.
        distractors: What is there beside that.
        then: What is done after that, with other things.
        wording: Which of the phrases for its relation tell it.
    """

    relation: str
    moved: tuple[Thing, ...]
    targets: tuple[Thing, ...]
    distractors: tuple[Thing, ...] = ()
    then: Spec | None = None
    wording: int = 0

    @property
    def stages(self) -> tuple[Spec, ...]:
        """The spec without what comes then, and what comes then."""
        return (replace(self, then=None), *(self.then.stages if self.then else ()))

    @property
    def things(self) -> tuple[Thing, ...]:
        """All things of all stages."""
        own = [thing for stage in self.stages for thing in (*stage.targets, *stage.moved)]
        return (*own, *self.distractors)

    @property
    def moved_count(self) -> int:
        """How many objects are moved."""
        return sum(thing.count for stage in self.stages for thing in stage.moved)

    @property
    def structure(self) -> tuple[object, ...]:
        """What stays the same under recolouring: two specs with the same structure are one task."""
        return (
            self.relation,
            tuple((thing.asset, thing.count, thing.form) for thing in self.moved),
            tuple((thing.asset, thing.count, thing.form) for thing in self.targets),
            sum(thing.count for thing in self.distractors),
            self.then.structure if self.then else None,
        )

    @functools.cached_property
    def name(self) -> str:
        """Kebab-case, without colours."""
        among = "-among-others" if self.distractors else ""
        for short in range(4):
            told = "-then-".join(stage.own_name(short) for stage in self.stages)
            name = (told + among).replace(" ", "-").lower()
            if len(name) <= LONGEST_NAME:
                return name
        return name[:LONGEST_NAME].strip("-")

    def own_name(self, short: int = 0) -> str:
        """The name of this stage alone: whole (0), without base (1), without counts (2), without where from (3)."""
        moved, target = _names(self.moved), _names(self.targets)
        if len(self.moved) > len({(thing.asset, thing.form) for thing in self.moved}) and self.relation in LAYERED:
            moved += "-in-colors"
        parts = {"moved": moved, "target": target}
        parts |= {"first": _names(self.targets[:1]), "last": _names(self.targets[-1:])}
        pattern = RELATIONS[self.relation].pattern
        if short:
            pattern = re.sub(r"-(on|with)-\{target\}$", "", pattern)
        if short > 1:
            parts = {part: COUNTS.sub("", name) for part, name in parts.items()}
        if short > 2:
            pattern = pattern.replace("-from-{first}-to-{last}", "")
        name = pattern.format(**parts)
        if self.relation == "sort":
            own = [thing.color for thing in self.moved] == [thing.color for thing in self.targets]
            name += "-by-color" if own else "-by-kind"
        return name

    @classmethod
    def of(cls, proposal: Proposal) -> Spec:
        """The spec that a proposal stands for."""
        stages: list[tuple[list[Thing], list[Thing]]] = []
        distractors = []
        for item in proposal.objects:
            thing = Thing(item.asset, item.color, item.count, item.form)
            if item.role == "distractor":
                distractors.append(thing)
            elif item.role == "moved" and stages:
                stages[-1][1].append(thing)
            elif not stages or stages[-1][1]:  # a target after what is moved begins another stage
                stages.append(([thing], []))
            else:
                stages[-1][0].append(thing)
        relations = proposal.relation.split(THEN)
        spec: Spec | None = None
        for relation, (targets, moved) in reversed(list(zip(relations, stages, strict=False))):
            spec = cls(relation, tuple(moved), tuple(targets), then=spec)
        assert spec is not None
        return replace(spec, distractors=tuple(distractors))

    @property
    def relations(self) -> str:
        """The relations of all stages, as a proposal names them."""
        return THEN.join(stage.relation for stage in self.stages)

    def objects(self) -> list[ProposedObject]:
        """The things as a proposal lists them, stage by stage."""
        return [
            ProposedObject.model_validate(
                {
                    "asset": thing.asset,
                    "color": thing.color,
                    "count": thing.count,
                    "form": thing.form,
                    "role": role,
                }
            )
            for role, things in self._roles()
            for thing in things
        ]

    def _roles(self) -> Iterator[tuple[str, tuple[Thing, ...]]]:
        for stage in self.stages:
            yield "target", stage.targets
            yield "moved", stage.moved
        yield "distractor", self.distractors

    def recolored(self, colors: dict[str, str]) -> Spec:
        """The same task with other colours."""

        def swap(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
            return tuple(replace(thing, color=colors.get(thing.color, thing.color)) for thing in things)

        return replace(
            self,
            moved=swap(self.moved),
            targets=swap(self.targets),
            distractors=swap(self.distractors),
            then=self.then.recolored(colors) if self.then else None,
        )


LONGEST_NAME = 60  # of a proposal
COUNTS = re.compile(rf"\b({'|'.join(NUMBERS)})[- ]|\b(small|middle|large|long) ")
LAYERED = (
    "stack",
    "line-up",
    "pyramid",
    "circle",
    "put-on",
    "corners",
    "triangle",
    "diagonal",
    "grid",
)


def number_word(count: int) -> str:
    """`three`, or `30`."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _names(things: tuple[Thing, ...]) -> str:
    """The kinds of things and how many of each, without colours: `two-blocks-and-ball`."""
    counts: dict[tuple[str, str], int] = {}
    for thing in things:
        key = (thing.asset, thing.form)
        counts[key] = counts.get(key, 0) + thing.count
    plain = [Thing(asset, "", count, form) for (asset, form), count in counts.items()]
    return "-and-".join(item.words if item.count == 1 else f"{number_word(item.count)}-{item.words}" for item in plain)


def joined(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
