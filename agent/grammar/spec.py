"""A task as the grammar sees it, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.answers import Proposal, ProposedObject
from sim.catalogue import find_asset

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Thing:
    """Some objects of one kind and colour; an empty colour is the asset's own."""

    asset: str
    color: str = ""
    count: int = 1

    @property
    def noun(self) -> str:
        """What people call one of them."""
        kind = find_asset(self.asset).kind
        return f"small {kind}" if self.asset == "block/small.urdf" else kind

    @property
    def words(self) -> str:
        """`red block`, or `red blocks` when there are several."""
        plural = {"box": "boxes"}.get(self.noun, f"{self.noun}s")
        return f"{self.color} {self.noun if self.count == 1 else plural}".strip()

    @property
    def counted(self) -> str:
        """`the red block`, or `the three red blocks`."""
        return f"the {self.words}" if self.count == 1 else f"the {NUMBERS[self.count]} {self.words}"


@dataclass(frozen=True)
class Spec:
    """A relation and the things in it, in the order in which they are used."""

    relation: str
    moved: tuple[Thing, ...]
    targets: tuple[Thing, ...]
    distractors: tuple[Thing, ...] = ()

    @property
    def moved_count(self) -> int:
        """How many objects are moved."""
        return sum(thing.count for thing in self.moved)

    @property
    def structure(self) -> tuple[object, ...]:
        """What stays the same under recolouring: two specs with the same structure are one task."""
        return (
            self.relation,
            tuple((thing.asset, thing.count) for thing in self.moved),
            tuple((thing.asset, thing.count) for thing in self.targets),
            sum(thing.count for thing in self.distractors),
        )

    @property
    def name(self) -> str:
        """Kebab-case, without colours."""
        moved, target = _names(self.moved), _names(self.targets)
        if len(self.moved) > 1 and self.relation in ("stack", "line-up", "pyramid"):
            moved += "-in-colors"
        among = "-among-others" if self.distractors else ""
        name = {
            "put-into": f"put-{moved}-into-{target}",
            "put-on": f"put-{moved}-on-{target}",
            "stack": f"stack-{moved}-on-{target}",
            "line-up": f"line-up-{moved}-on-{target}",
            "pair": f"pair-{moved}-with-{target}-by-color",
            "sort": f"sort-{moved}-into-{target}-by-color",
            "surround": f"surround-{_names(self.targets[:1])}-with-{moved}",
            "pyramid": f"pyramid-of-{moved}-on-{target}",
        }[self.relation]
        return (name + among).replace(" ", "-")

    @classmethod
    def of(cls, proposal: Proposal) -> Spec:
        """The spec that a proposal stands for."""

        def things(role: str) -> tuple[Thing, ...]:
            return tuple(Thing(item.asset, item.color, item.count) for item in proposal.objects if item.role == role)

        return cls(proposal.relation, things("moved"), things("target"), things("distractor"))

    def objects(self) -> list[ProposedObject]:
        """The things as a proposal lists them."""
        listed = []
        for role, things in (("target", self.targets), ("moved", self.moved), ("distractor", self.distractors)):
            for thing in things:
                item = {"asset": thing.asset, "color": thing.color, "count": thing.count, "role": role}
                listed.append(ProposedObject.model_validate(item))
        return listed

    def recolored(self, colors: dict[str, str]) -> Spec:
        """The same task with other colours."""

        def swap(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
            return tuple(replace(thing, color=colors.get(thing.color, thing.color)) for thing in things)

        return replace(self, moved=swap(self.moved), targets=swap(self.targets), distractors=swap(self.distractors))


def _names(things: tuple[Thing, ...]) -> str:
    """The kinds of things and how many of each, without colours: `two-blocks-and-ball`."""
    counts: dict[str, int] = {}
    for thing in things:
        counts[thing.asset] = counts.get(thing.asset, 0) + thing.count
    plain = [Thing(asset, "", count) for asset, count in counts.items()]
    return "-and-".join(item.words if item.count == 1 else f"{NUMBERS[item.count]}-{item.words}" for item in plain)


def joined(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
