"""What is done in a scene, step by step, in the few words that all scenes share: what is moved, how, and where to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.layout import Signature

Relation = Literal["into", "on", "stack", "place", "push"]
RELATIONS: tuple[Relation, ...] = ("into", "on", "stack", "place", "push")

# Other nouns of the catalogue for what is the same thing here.
SAME_KIND = {"sphere": "ball", "hole": "kit"}
HOLLOW = frozenset(["bowl", "container", "kit", "fixture"])
# Kinds that can be moved and have a flat top.
SUPPORTS = frozenset(["block", "box", "cylinder", "disk"])
PLACED = "placed"  # how a signature calls what earlier goals have put there
TABLE = "table"
_STEP = re.compile(r"^(?P<metric>\w+):(?P<moved>.+)>(?P<targets>.+)$")
_COUNTED = re.compile(r"^(?P<count>\d+)x(?P<asset>.+)$")


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
        for moved, count in _kinds(match["moved"]).items():
            for target in _kinds(match["targets"]):
                below = (found[-1].moved if found else moved) if target == PLACED else target
                relation = _relation(target, signature.primitive)
                found.append(SceneStep(moved, relation, below, count, goal))
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


def kind_of(asset: str) -> str:
    """The noun for an asset; its folder's name where the catalogue does not have it."""
    try:
        kind = find_asset(asset).kind
    except TaskError:
        kind = asset.split("/")[0]
    return SAME_KIND.get(kind, kind)


def _kinds(listed: str) -> dict[str, int]:
    """`2xblock/block.urdf+1xplaced` as kinds and how many of each."""
    counts: dict[str, int] = {}
    for part in listed.split("+"):
        match = _COUNTED.match(part)
        if match:
            asset = match["asset"]
            kind = asset if asset in (PLACED, TABLE) else kind_of(asset)
            counts[kind] = counts.get(kind, 0) + int(match["count"])
    return counts


def _relation(target: str, primitive: str) -> Relation:
    if primitive == "push":
        return "push"
    if target in HOLLOW:
        return "into"
    if target == TABLE:
        return "place"
    return "stack" if target == PLACED or target in SUPPORTS else "on"
