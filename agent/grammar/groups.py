"""What a goal names, as groups of things of one colour: which assets they may be, and whether others go there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.grammar.mentions import FORMS, Mention, Reading
from agent.grammar.relations import (
    BALL,
    BLOCK,
    BOWL,
    BOX,
    CONTAINER,
    CORNER,
    CYLINDER,
    DISKS,
    ELL,
    FIXTURE,
    KIT,
    LINE,
    LOOSE,
    PALLET,
    PEGS,
    PLANK,
    ROPE,
    SHAPE,
    SMALL,
    SQUARE,
    STAND,
    ZONE,
)
from agent.grammar.spec import number_word

ASSETS: dict[str, tuple[str, ...]] = {
    "block": (BLOCK,),
    "small block": (SMALL,),
    "ball": (BALL,),
    "cylinder": (CYLINDER,),
    "box": (BOX,),
    "bowl": (BOWL,),
    "container": (CONTAINER,),
    "stand": (STAND,),
    "pallet": (PALLET,),
    "zone": (ZONE,),
    "square": (SQUARE, ZONE),
    "line": (LINE,),
    "corner": (CORNER,),
    "rope": (ROPE,),
    "pile": (SMALL,),
    "plank": (PLANK,),
    "disk": DISKS,
    **{f"{size} disk": (disk,) for size, disk in zip(("large", "middle", "small"), DISKS, strict=True)},
    "ell": (ELL,),
    "fixture": (FIXTURE,),
    "kit": (KIT,),
    "peg": (PEGS,),
    "shape": (SHAPE,),
    "thing": LOOSE,
    **dict.fromkeys(FORMS, (SHAPE,)),
}
MOVABLE = frozenset(["block", "small block", "ball", "cylinder", "box"])
PALETTE = ("red", "blue", "yellow", "purple", "green", "orange", "cyan", "pink", "brown", "gray", "white", "black")


@dataclass(frozen=True)
class Group:
    """Some things of one kind and one colour.

    Attributes:
        kind: What they are; see `ASSETS`.
        color: Their colour, empty where none was said.
        count: How many; None where no number was said.
        many: Whether there are several, said without a number.
        place: Whether others go there.
        form: Which form, of a kitting shape.
        mention: Where it was named.
    """

    kind: str
    color: str
    count: int | None
    many: bool
    place: bool
    form: str
    mention: Mention

    @property
    def words(self) -> str:
        """`four red blocks`."""
        several = self.many or (self.count is not None and self.count != 1)
        noun = (f"{self.kind}es" if self.kind.endswith("x") else f"{self.kind}s") if several else self.kind
        number = "" if self.count is None else "a" if self.count == 1 else number_word(self.count)
        return " ".join(word for word in (number, self.color, noun) if word)


def assets_of(kind: str) -> tuple[str, ...]:
    """The assets that a kind of thing may be."""
    return ASSETS.get(kind, ())


def groups_of(reading: Reading) -> list[Group]:
    """The groups that a goal names, in order; one for each colour."""
    groups: list[Group] = []
    for mention in reading.mentions:
        kind = mention.kind
        if kind == "one":
            kind = next((group.kind for group in reversed(groups)), "thing")
        if kind == "hole" or (kind == "thing" and not mention.colors and mention.count is None):
            continue  # the kit has its holes, and `the things` are no particular ones
        if mention.before == "as" and kind != "distractor":  # `two cylinders as pillars` are cylinders
            continue
        for color in mention.colors or ("",):
            many = mention.many and len(mention.colors) < 2
            form = kind if kind in FORMS else ""
            groups.append(Group(kind, color, mention.count, many, mention.is_place, form, mention))
    return groups


def spare_colors(used: set[str]) -> Iterator[str]:
    """Colours that are not used yet."""
    return (name for name in PALETTE if name not in used)
