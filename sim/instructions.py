"""Does an instruction name what is in the scene? Only what is certain counts: blanks, and colours that nothing has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.catalogue import find_asset
from sim.errors import TaskError
from sim.layout import Layout
from sim.palette import COLORS

BLANK = re.compile(r"\{\w*\}")
ALSO = {"ball": ("sphere",), "block": ("box",), "box": ("container",), "square": ("zone",)}  # what else a word may mean


def mismatches(layout: Layout) -> Iterator[TaskError]:
    """What is wrong with the goals' instructions: `{pick}` was never filled in; a red block, where blocks are blue."""
    colors: dict[str, set[str | None]] = {}  # of the objects of each kind; None: not known by name
    beads = {bead for rope in layout.ropes for bead in rope.beads}
    for item in layout.objects:
        if item.id in beads and item.color is None:
            continue  # the white ends of a rope do not say what colour it has
        colors.setdefault(find_asset(item.asset).noun(item.mesh), set()).add(item.color)
    phrase = re.compile(rf"\b({'|'.join(COLORS)}) ({'|'.join(map(re.escape, colors))})(?:e?s)?\b")
    for number, goal in enumerate(layout.goals, start=1):
        if blank := BLANK.search(goal.instruction):
            message = f"goal {number} tells the robot {goal.instruction!r}, where {blank[0]} was never filled in"
            yield TaskError("instruction-mismatch", message, "fill it in with format(...)", given=blank[0])
        for color, kind in phrase.findall(goal.instruction.lower()):
            meant = colors[kind].union(*(colors.get(other, set()) for other in ALSO.get(kind, ())))
            if not {color, None} & meant:
                message = f"goal {number} names a {color} {kind}, but no {kind} is {color}"
                there = ", ".join(sorted(map(str, colors[kind])))
                yield TaskError("instruction-mismatch", message, f"the {kind}s of the scene are {there}", given=color)
