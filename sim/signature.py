"""The scene view of a task: what is in the scene and what is done to it, for all seeds at once.

Two programs have the same signature when they are the same task but for names, wording, colours, places, the order of
statements, distractors or somewhat other sizes. Seeds are combined so that what a program draws at random stays one
thing: counts become ranges, kinds that are drawn become all that occurred, and what happens to lie near a target counts
only where it does so on most seeds.
"""

from __future__ import annotations

import ast
import functools
import operator
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.layout import Frozen, Layout
from sim.relations import SHAPES, Doing, Scene, kind_of, scene
from sim.syntax import syntax_tree

MOST = 0.8  # of the seeds on which something has to be near to be meant
MANY = 300  # targets of a layout, beyond which reading takes seconds
FEW = 2  # layouts of such a task that are read
STEADY = 0.05  # metres by which its distance may vary from seed to seed
HELPERS = ("get_kitting_shapes", "make_kitting_objects", "make_piles", "make_ropes")
DRAWING = "get_kitting_shapes"

Range = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


def _by_kind(value: object) -> object:
    """Counts by kind, where an earlier version wrote asset names."""
    if not isinstance(value, dict):
        return value
    counts: Counter[str] = Counter()
    for name, count in value.items():
        counts[kind_of(str(name))] += count
    return dict(sorted(counts.items()))


Kinds = Annotated[dict[str, int], BeforeValidator(_by_kind)]


class Step(Frozen):
    """What one goal does, over all seeds.

    Attributes:
        moved: Fewest and most things of each kind that it moves.
        begun: Where they are before, where that is not the table: `from in bowl`.
        onto: Fewest and most targets with each relation to what is there: `in bowl`, `on placed block`, `table`.
        beside: What targets on the table are near to: `beside bowl`, `left of bowl`, `between block and bowl`.
        form: How the targets lie to each other: `row`, `grid 2x2`, `circle`, `tower 3`, `layers 3-2-1`.
        spacing: `touching` or `apart`.
        metric: `pose` or `zone`.
        turned: Whether the yaw counts.
        pairing: `any` thing to any target, each to its `own`, or `groups`.
        colored: Whether things come to what has their own colour.
        rank: Which of the differently large things of its kind is moved, `1/3` being the smallest.
    """

    moved: dict[str, Range]
    begun: tuple[str, ...] = ()
    onto: dict[str, Range] = Field(default_factory=dict)
    beside: tuple[str, ...] = ()
    form: str = ""
    spacing: str = ""
    metric: str = "pose"
    turned: bool = False
    pairing: str = "any"
    colored: bool = False
    rank: str = ""

    @property
    def text(self) -> str:
        """The step in one line: `1-3 block > in bowl`."""
        moved = " + ".join(f"{_range(count)} {kind}" for kind, count in self.moved.items())
        where = [label for label in self.onto if label != "table" or not self.beside]
        form = f" ({self.form})" if self.form else ""
        return " ".join([moved, *self.begun, ">", " + ".join([*where, *self.beside]) + form])


class Signature(Frozen):
    """The scene view of a task.

    Attributes:
        kinds: How many objects of each kind there are, at most.
        moved: How many objects of each kind are moved, at most.
        colors: How many moved objects of each colour there are at the first seed; comparisons leave them out.
        steps: What each goal does, in words.
        primitive: The motion primitive.
        distractors: How many of `kinds` nothing is done with; comparisons leave them out.
        goals: What each goal does; empty in a signature of an earlier version.
        fewest: The fewest goals of a seed; 0 in a signature of an earlier version.
        form: How the last places of all that is moved lie to each other.
        helpers: The task interface's helpers that the program calls: how ropes, piles and shapes are made.
        seeds: The layouts that it was taken from.
    """

    kinds: Kinds
    moved: Kinds
    colors: dict[str, int]
    steps: tuple[str, ...]
    primitive: str
    distractors: dict[str, int] = Field(default_factory=dict)
    goals: tuple[Step, ...] = ()
    fewest: int = 0
    form: str = ""
    helpers: tuple[str, ...] = ()
    seeds: int = 1

    @property
    def involved(self) -> dict[str, int]:
        """How many objects of each kind the task has to do with, at most."""
        left = {kind: count - self.distractors.get(kind, 0) for kind, count in self.kinds.items()}
        return {kind: count for kind, count in left.items() if count > 0}


def signature(layouts: Sequence[Layout], source: str = "") -> Signature:
    """The scene view of a task.

    Args:
        layouts: Its layouts, one a seed, at least one.
        source: Its program, from whose syntax tree comes how things are made.
    """
    helpers = _helpers(source)
    if max(sum(len(goal.targets) for goal in layout.goals) for layout in layouts) > MANY:
        layouts = layouts[:FEW]
    scenes = [scene(layout, drawn=DRAWING in helpers or _varied(layouts)) for layout in layouts]
    steps = _steps(scenes)
    near = {label for step in steps for label in step.beside}
    shape = any("shape" in step.moved for step in steps)
    counts = [_counts(layout, one, near, shape) for layout, one in zip(layouts, scenes, strict=True)]
    everything, moved, sure = (Counter(_most(found[part] for found in counts)) for part in range(3))
    involved = sure + functools.reduce(operator.and_, (found[3] for found in counts))
    return Signature(
        kinds=dict(sorted((everything | involved).items())),
        moved=moved,
        distractors=dict(sorted((everything - involved).items())),
        colors=_colors(layouts[0]),
        steps=tuple(step.text for step in steps),
        primitive=layouts[0].primitive,
        goals=steps,
        fewest=min(len(layout.goals) for layout in layouts),
        form=_majority([one.form for one in scenes]),
        helpers=helpers,
        seeds=len(layouts),
    )


def _helpers(source: str) -> tuple[str, ...]:
    """The helpers that a program calls; none of a text that is no program."""
    try:
        tree = syntax_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {function.attr for function in calls if isinstance(function, ast.Attribute)}
    return tuple(name for name in HELPERS if name in called)


def _varied(layouts: Sequence[Layout]) -> bool:
    """Whether other kitting shapes are there on other seeds."""
    shapes = [frozenset(item.mesh for item in layout.objects if item.asset == SHAPES) for layout in layouts]
    return len(set(shapes)) > 1


# -- seeds together --------------------------------------------------------------------------------------------------


def _steps(scenes: Sequence[Scene]) -> tuple[Step, ...]:
    longest = max(len(one.doings) for one in scenes)
    return tuple(_step([one.doings[number] for one in scenes if len(one.doings) > number]) for number in range(longest))


def _step(doings: Sequence[Doing]) -> Step:
    near: dict[str, list[float]] = {}
    for doing in doings:
        for label, distance in doing.beside.items():
            near.setdefault(label, []).append(distance)
    kept = [label for label, far in near.items() if len(far) >= MOST * len(doings) and max(far) - min(far) <= STEADY]
    return Step(
        moved=_ranges([doing.moved for doing in doings]),
        begun=tuple(_common([doing.begun for doing in doings])),
        onto=_ranges([doing.onto for doing in doings]),
        beside=tuple(_telling(kept)),
        form=_majority([doing.form for doing in doings]),
        spacing=_majority([doing.spacing for doing in doings]),
        metric=_majority([doing.metric for doing in doings]),
        turned=sum(doing.turned for doing in doings) * 2 > len(doings),
        pairing=_majority([doing.pairing for doing in doings if sum(doing.moved.values()) > 1] or ["any"]),
        colored=all(doing.colored for doing in doings),
        rank=_majority([doing.rank for doing in doings]),
    )


def _telling(labels: Sequence[str]) -> list[str]:
    """The relations without those that others say better: `beside bowl` where there is `left of bowl`."""
    better = [label for label in labels if not label.startswith("beside ")]
    said = {kind for label in better for kind in re.split(r"^around |^between | and | of |^behind ", label)}
    return sorted(label for label in labels if label in better or label.removeprefix("beside ") not in said)


def _ranges(counts: Sequence[Counter[str]]) -> dict[str, Range]:
    keys = sorted({key for count in counts for key in count})
    return {key: (min(count[key] for count in counts), max(count[key] for count in counts)) for key in keys}


def _common(found: Sequence[frozenset[str]]) -> list[str]:
    counts = Counter(label for labels in found for label in labels)
    return sorted(label for label, count in counts.items() if count * 2 > len(found))


def _majority(values: Sequence[str]) -> str:
    """What most of the seeds have; nothing where that is chance."""
    value, count = Counter(values).most_common(1)[0]
    return value if count >= MOST * len(values) else ""


def _counts(layout: Layout, one: Scene, near: set[str], shape: bool) -> tuple[Counter[str], ...]:
    """Of one layout, by kind: all objects, what is moved, that and what is meant, what things are brought near to."""

    def count(handles: Iterable[int]) -> Counter[str]:
        items = [layout.object(handle) for handle in handles]
        return Counter("shape" if shape and item.asset == SHAPES else kind_of(item.asset, item.mesh) for item in items)

    moved = {handle for goal in layout.goals for handle in goal.objects}
    beside = {handle for handle, labels in one.near.items() if labels & near}
    everything = [item.id for item in layout.objects]
    return count(everything), count(moved), count(moved | one.meant), count(beside - moved - one.meant)


def _most(counts: Iterable[Counter[str]]) -> dict[str, int]:
    most: Counter[str] = Counter()
    for count in counts:
        most |= count
    return dict(sorted(most.items()))


def _colors(layout: Layout) -> dict[str, int]:
    unique = dict.fromkeys(handle for goal in layout.goals for handle in goal.objects)
    return dict(sorted(Counter(layout.object(handle).color or "other" for handle in unique).items()))


def _range(count: Range) -> str:
    return str(count[0]) if count[0] == count[1] else f"{count[0]}-{count[1]}"
