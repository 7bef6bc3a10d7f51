"""The page on which a task program is written: what stands on the table, what is moved, and the goals, in this order.

A program reads like one that a person wrote: things are named after what they are, positions are computed from the
poses of what is there, and there is one goal for each step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.grammar.relations import DISKS, ELL, PLANK, SMALL
from agent.grammar.sizes import Size, size_of
from agent.grammar.spec import Thing
from sim.catalogue import find_asset

WIDEST = 100  # columns of a line of `reset`


@dataclass(frozen=True)
class Goal:
    """One goal of a program.

    Attributes:
        lines: What is computed for it.
        objects: Python expression of the handles.
        targets: Python expression of the target poses.
        count: How many objects it moves.
        instruction: What the robot is told.
        zone: Python expression of (pose, size), of a zone goal.
        matches: Python expression; empty where any object may go to any target.
        replace: Whether a target may serve several.
        symmetries: Python expression; empty where they follow from the shapes.
    """

    lines: tuple[str, ...]
    objects: str
    targets: str
    count: int
    instruction: str
    zone: str = ""
    matches: str = ""
    replace: bool = False
    symmetries: str = ""


@dataclass
class Page:
    """What a program consists of, collected stage by stage.

    Attributes:
        fixed: Lines that lay out what stays.
        loose: Lines that lay out what is moved.
        goals: The goals.
        constants: Sizes (m) that the program names at its top.
        tolerances: Position tolerances (m) that the stages ask for.
        attributes: Other class attributes: `primitive`, `max_steps`.
    """

    fixed: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    constants: dict[str, Size] = field(default_factory=dict)
    tolerances: list[float] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    _names: Counter[str] = field(default_factory=Counter)
    _models: dict[Thing, str] = field(default_factory=dict)

    def name(self, wanted: str) -> str:
        """A variable's name that is not taken: `blocks`, `blocks_2`."""
        self._names[wanted] += 1
        return wanted if self._names[wanted] == 1 else f"{wanted}_{self._names[wanted]}"

    def stand(self, thing: Thing, size: Size | None = None, room: Size | None = None) -> str:
        """Puts something that stays at a free place; the name of its pose.

        Args:
            thing: What.
            size: Its size, of a template.
            room: The footprint that has to be free; its own when left out.
        """
        noun = _word(thing)
        pose = self.name(f"{noun}_pose")
        outer = size or find_asset(thing.asset).size
        outer = room or self.footprint(thing, outer)
        self.fixed.append(f"{pose} = {self.free(thing, outer)}")
        self.fixed += self.model(thing, size)
        self.fixed.append(self.add(thing, pose, fixed=True))
        return pose

    def model(self, thing: Thing, size: Size | None = None) -> list[str]:
        """The line that fills in a template, when the thing is made from one; `add` then takes what it gives."""
        asset = find_asset(thing.asset)
        if not asset.template:
            return []
        fields = f'"DIM": {self.size(thing, size or size_of(thing))}'
        if thing.form:
            fields = f'"FNAME": "{thing.mesh}", {fields}'
        self._models[thing] = self.name(f"{_word(thing)}_model")
        return [f'{self._models[thing]} = self.fill_template("{thing.asset}", {{{fields}}})']

    def free(self, thing: Thing, size: Size | None = None) -> str:
        """The expression of a free place for a thing, or for a footprint of this size."""
        return f"self.get_random_pose(env, {self.size(thing, size or size_of(thing))})"

    def size(self, thing: Thing, size: Size) -> str:
        """The constant that stands for a thing's size: `BLOCK`, or `BOX_2` where there is another of that name."""
        name = (thing.form or find_asset(thing.asset).kind).upper().replace(" SHAPE", "").replace(" ", "_")
        name = {PLANK: "PLANK", **dict.fromkeys(DISKS, "DISK")}.get(thing.asset, name)
        name = "SHAPE" if thing.form else "SMALL_BLOCK" if thing.asset == SMALL else name
        number = 1
        while self.constants.setdefault(known := name if number == 1 else f"{name}_{number}", size) != size:
            number += 1
        return known

    def footprint(self, thing: Thing, size: Size) -> Size:
        """The size to ask a free place for: what has its point at its bottom begins at z = 0."""
        asset = find_asset(thing.asset)
        return size if asset.origin == "center" or asset.template else (*size[:2], 0.0)

    def add(self, thing: Thing, pose: str, *, fixed: bool = False) -> str:
        """The expression that adds one thing at a pose."""
        model = self._models.get(thing, f'"{thing.asset}"')
        category = ', category="fixed"' if fixed or find_asset(thing.asset).category == "fixed" else ""
        color = f', color="{thing.color}"' if thing.color else ""
        return f"env.add_object({model}, {pose}{category}{color})"

    def scatter(self, thing: Thing, size: Size | None = None) -> str:
        """Adds a group of things to be moved at free places; the expression of the list of handles."""
        place = self.free(thing, size)
        self.loose += self.model(thing, size)
        if thing.count == 1:
            name = self.name(_word(thing))
            self.loose.append(f"{name} = {self.add(thing, place)}")
            return f"[{name}]"
        name = self.name(f"{_word(thing)}s" if not _word(thing).endswith("x") else f"{_word(thing)}es")
        line = f"{name} = [{self.add(thing, place)} for _ in range({thing.count})]"
        if len(line) > WIDEST:
            line = f"{name} = [\n    {self.add(thing, place)}\n    for _ in range({thing.count})\n]"
        self.loose.append(line)
        return name

    def scatter_all(self, things: Sequence[Thing]) -> str:
        """Adds several groups; the expression of all their handles."""
        names = [self.scatter(thing) for thing in things]
        if len(names) == 1:
            return names[0]
        inner = [name[1:-1] if name.startswith("[") else f"*{name}" for name in names]
        return f"[{', '.join(inner)}]"

    def at(self, pose: str, offsets: Sequence[tuple[float, float, float]], wanted: str = "places") -> tuple[str, str]:
        """The line that computes places in the frame of a pose, and their name."""
        name = self.name(wanted)
        if len(offsets) == 1:
            return f"{name} = [(apply({pose}, {_point(offsets[0])}), {pose}[1])]", name
        heights = {z for *_, z in offsets}
        if len(heights) == 1 and {y for _, y, _ in offsets} == {0.0}:
            numbers = [x for x, _, _ in offsets]
            return (
                f"{name} = [(apply({pose}, (x, 0.0, {heights.pop()})), {pose}[1]) for x in {numbers}]",
                name,
            )
        if len({(x, y) for x, y, _ in offsets}) == 1:
            x, y, _ = offsets[0]
            levels = [z for *_, z in offsets]
            return f"{name} = [(apply({pose}, ({x}, {y}, z)), {pose}[1]) for z in {levels}]", name
        if len(heights) == 1:
            points = [(x, y) for x, y, _ in offsets]
            return f"{name} = [(apply({pose}, (x, y, {heights.pop()})), {pose}[1]) for x, y in {points}]", name
        return f"{name} = [(apply({pose}, offset), {pose}[1]) for offset in {list(offsets)}]", name

    def goal(
        self,
        objects: str,
        count: int,
        pose: str,
        offsets: Sequence[tuple[float, float, float]],
        instruction: str,
        *,
        zone: str = "",
        matches: str = "",
        symmetries: str = "",
    ) -> None:
        """Adds a goal whose places are in the frame of a pose."""
        line, places = self.at(pose, offsets)
        self.goals.append(
            Goal((line,), objects, places, count, instruction, zone, matches=matches, symmetries=symmetries)
        )

    def tolerate(self, metres: float) -> None:
        """Notes the position tolerance of a stage."""
        self.tolerances.append(metres)


def _word(thing: Thing) -> str:
    """What a variable that holds one of the things is called."""
    if thing.form:
        return thing.form.replace(" shape", "").replace(" ", "_").lower()
    names = {PLANK: "plank", ELL: "ell", **dict.fromkeys(DISKS, "disk")}
    return names.get(thing.asset) or find_asset(thing.asset).kind.split()[-1].lower()


def _point(offset: tuple[float, float, float]) -> str:
    return str(tuple(float(value) for value in offset))
