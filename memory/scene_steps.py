"""What is done in a scene, step by step, in the few words that all scenes share: what is moved, how, and where to."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.signature import Signature

Relation = Literal["into", "on", "stack", "place", "push"]
RELATIONS: tuple[Relation, ...] = ("into", "on", "stack", "place", "push")

# Nouns for what is the same thing here.
SAME_KIND = {"sphere": "ball", "small block": "block", "hole": "kit", "peg stand": "stand"}
SHAPES = "kitting/object-template.urdf"
HOLLOW = frozenset(["bowl", "container", "kit", "fixture"])
# Kinds that can be moved and have a flat top.
SUPPORTS = frozenset(["block", "box", "cylinder", "disk"])
TABLE = "table"
# What is moved and where to: `pose:2xblock/block.urdf>2xplaced`, or `1-2 block > on placed block (tower 3)`.
_STEP = re.compile(r"^(?:\w+:)?(?P<moved>.+?)(?: from [^>]+)? ?> ?(?P<targets>[^(]+)")
_MOVED = re.compile(r"^(?:\d+-)?(?P<count>\d+)[x ](?P<thing>.+)$")
_TARGET = re.compile(r"^(?:\d+x|in (?!front of)|on )(?:(?P<placed>placed) ?)?(?P<thing>.*)$")


@dataclass(frozen=True)
class SceneStep:
    """Some objects of one kind that come to one kind of place.

    Attributes:
        moved: Their kind, a noun of the catalogue such as `ball`.
        relation: How they end up: `into` what is hollow, `on` a mark or a thing that stays, `stack` on things that
            can be moved or were put there before, `place` on the free table, `push` over the table into a zone.
        target: The kind of place, a noun of the catalogue, or `table`.
        count: How many are moved.
        goal: The number of the goal, from 0.
    """

    moved: str
    relation: Relation
    target: str
    count: int
    goal: int


def scene_steps(signature: Signature) -> tuple[SceneStep, ...]:
    """The steps of a scene in order; a goal for several kinds of objects or places gives one step for each pair."""
    found: list[SceneStep] = []
    for goal, text in enumerate(signature.steps):
        match = _STEP.match(text)
        if match is None:
            continue
        pushed = signature.primitive == "push"
        targets = dict.fromkeys(_target(part.strip()) for part in match["targets"].split("+"))
        for moved, count in _moved(match["moved"]).items():
            for relation, target in targets:
                onto = target or (found[-1].moved if found else moved)
                found.append(SceneStep(moved, "push" if pushed else relation, onto, count, goal))
    return tuple(found)


def family(signature: Signature | None) -> str:
    """The kind of task in a few words, such as `stack blocks`: its stacking, or else its first step."""
    steps = scene_steps(signature) if signature else ()
    if not steps:
        return "unknown"
    step = next((step for step in steps if step.relation == "stack"), steps[0])
    things = plural(step.moved)
    return {
        "into": f"put {things} into",
        "on": f"put {things} on",
        "stack": f"stack {things}",
        "place": f"place {things}",
        "push": f"push {things}",
    }[step.relation]


def plural(noun: str) -> str:
    """`boxes` of `box`."""
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"


def kind_of(thing: str) -> str:
    """The noun for an asset, or for another noun."""
    kind = thing
    if thing.endswith(".urdf"):
        try:
            kind = find_asset(thing).kind
        except TaskError:  # of another version of the catalogue
            kind = thing.split("/")[0]
    return SAME_KIND.get(kind, kind)


@functools.cache
def _shapes() -> frozenset[str]:
    """What people call the forms of a kitting shape."""
    return frozenset(form.kind for form in find_asset(SHAPES).meshes.values())


def _moved(listed: str) -> dict[str, int]:
    """`2xblock/block.urdf`, or `1-2 block + 1 heart`, as kinds and how many of each at most."""
    counts: dict[str, int] = {}
    for part in listed.split("+"):
        match = _MOVED.match(part.strip())
        if match:
            kind = kind_of(match["thing"])
            kind = "shape" if kind in _shapes() else kind
            counts[kind] = counts.get(kind, 0) + int(match["count"])
    return counts


def _target(text: str) -> tuple[Relation, str]:
    """A place as relation and kind; the kind is empty for what earlier goals put there, whatever that is.

    Places that are told by what is near them (`beside bowl`) are on the table.
    """
    match = _TARGET.match(text)
    if match is None or match["thing"] == TABLE:
        return "place", TABLE
    kind = kind_of(match["thing"])
    if match["placed"] or kind in SUPPORTS:
        return "stack", kind
    return ("into" if kind in HOLLOW else "on"), kind
