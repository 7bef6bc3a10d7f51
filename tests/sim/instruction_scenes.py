"""Scenes to say something about: layouts with goals, whose instructions are put in by the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from scenes import Thing, at, goal, layout

from sim.builder import lay_out
from sim.layout import Layout
from sim.task import FilledAsset
from sim.tasks import human_task

ASSETS = {
    "block": "block/block.urdf",
    "bowl": "bowl/bowl.urdf",
    "stand": "stacking/stand.urdf",
    "zone": "zone/zone.urdf",
    "ball": "ball/ball.urdf",
    "cylinder": "cylinder/cylinder.urdf",
    "pallet": "pallet/pallet.urdf",
    "box": "box/box.urdf",
    "container": FilledAsset("container/container-template.urdf", (0.24, 0.16, 0.05)),
    "line": FilledAsset("line/line-template.urdf", (0.3, 0.03, 0.001)),
}
COLORS = ("red", "yellow", "blue")
HEIGHTS = {"block": 0.02, "ball": 0.02, "cylinder": 0.03, "box": 0.02, "stand": 0.0025, "pallet": 0.015}
FIXED = ("bowl", "stand", "zone", "pallet", "container", "line")


def thing(words: str, x: float, y: float, z: float | None = None, **keywords: Any) -> Thing:
    """`red block` at a place (m); it stands on the table unless told how high; `fixed` stays where it is."""
    *fixed, color, kind = words.split()
    category = "fixed" if fixed or kind in FIXED else "rigid"
    height = HEIGHTS.get(kind, 0.025 if kind == "container" else 0.0) if z is None else z
    plain: dict[str, Any] = {"category": category} if color == "plain" else {"category": category, "color": color}
    return ASSETS[kind], at(x, y, height), plain | keywords


def zone_goal(objects: Sequence[int], place: tuple[float, float], size: tuple[float, float, float]) -> dict[str, Any]:
    """A goal that brings objects into a zone."""
    targets = [at(place[0], place[1] + 0.05 * number, 0.02) for number, _ in enumerate(objects)]
    return goal(objects, targets, metric="zone", params=[(at(*place, 0.0), size)] * len(objects))


def bowl() -> Layout:
    """One red block goes into the green bowl; other blocks and another bowl stay."""
    things = [thing("green bowl", 0.4, 0.3), thing("blue bowl", 0.6, 0.3), thing("red block", 0.5, -0.3)]
    things += [thing("blue block", 0.4, -0.1), thing("yellow block", 0.6, -0.1)]
    return layout(things, [goal([3], [at(0.4, 0.3, 0.0)])])


def pairs() -> Layout:
    """Three goals: the red, the blue and the yellow block, each into the bowl of its colour."""
    names = ("red", "blue", "yellow")
    things = [thing(f"{name} bowl", 0.35 + 0.15 * number, 0.3) for number, name in enumerate(names)]
    things += [thing(f"{name} block", 0.35 + 0.15 * number, -0.2) for number, name in enumerate(names)]
    return layout(things, [goal([4 + number], [at(0.35 + 0.15 * number, 0.3, 0.0)]) for number in range(3)])


def tower() -> Layout:
    """Three goals: red onto the stand, blue onto red, green onto blue; a yellow cylinder stays."""
    things = [thing("brown stand", 0.5, 0.2), thing("red block", 0.4, -0.2), thing("blue block", 0.5, -0.2)]
    things += [thing("green block", 0.6, -0.2), thing("yellow cylinder", 0.6, -0.4)]
    return layout(things, [goal([2 + level], [at(0.5, 0.2, 0.025 + 0.04 * level)]) for level in range(3)])


def pyramid() -> Layout:
    """Three goals: three red blocks side by side on the pallet, two blue ones on them, a green one on top."""
    things = [thing("plain pallet", 0.5, 0.25)]
    for color, count, x in (("red", 3, 0.3), ("blue", 2, 0.45), ("green", 1, 0.6)):
        things += [thing(f"{color} block", x, -0.1 - 0.1 * number) for number in range(count)]
    rows = [([2, 3, 4], (-1.0, 0.0, 1.0)), ([5, 6], (-0.5, 0.5)), ([7], (0.0,))]
    return layout(
        things,
        [
            goal(objects, [at(0.5 + 0.041 * place, 0.25, 0.05 + 0.04 * level) for place in places])
            for level, (objects, places) in enumerate(rows)
        ],
    )


def packed() -> Layout:
    """A red and a blue ball and a green cylinder go into the brown container; a yellow block and a red bowl stay."""
    things = [thing("brown container", 0.5, 0.25), thing("red ball", 0.35, -0.2), thing("blue ball", 0.45, -0.2)]
    things += [thing("green cylinder", 0.55, -0.2), thing("yellow block", 0.65, -0.2), thing("red bowl", 0.5, -0.4)]
    return layout(things, [zone_goal([2, 3, 4], (0.5, 0.2), (0.24, 0.16, 0.05))])


def row() -> Layout:
    """Four purple cylinders are lined up on the orange line; a green block stays."""
    things = [thing("orange line", 0.5, 0.25), thing("green block", 0.65, -0.3)]
    things += [thing("purple cylinder", 0.3 + 0.1 * number, -0.1) for number in range(4)]
    return layout(things, [goal([3, 4, 5, 6], [at(0.4 + 0.06 * number, 0.25, 0.03) for number in range(4)])])


def sorted_() -> Layout:
    """Two goals: two red blocks into the red zone, three blue blocks into the blue zone."""
    things = [thing("red zone", 0.4, 0.35, scale=0.8), thing("blue zone", 0.6, 0.35, scale=0.8)]
    things += [thing("red block", 0.3 + 0.1 * number, -0.1) for number in range(2)]
    things += [thing("blue block", 0.3 + 0.1 * number, -0.3) for number in range(3)]
    goals = [zone_goal(objects, place, (0.16, 0.16, 0.0)) for objects, place in (([3, 4], (0.4, 0.33)),)]
    goals += [zone_goal([5, 6, 7], (0.6, 0.3), (0.16, 0.16, 0.0))]
    return layout(things, goals)


def ring() -> Layout:
    """Four gray blocks come to stand around the yellow cylinder; a red bowl stays."""
    things = [thing("fixed yellow cylinder", 0.5, 0.2), thing("red bowl", 0.65, -0.35)]
    things += [thing("gray block", 0.3 + 0.1 * number, -0.15) for number in range(4)]
    places = [(0.57, 0.2), (0.43, 0.2), (0.5, 0.27), (0.5, 0.13)]
    return layout(things, [goal([3, 4, 5, 6], [at(x, y) for x, y in places])])


def beside() -> Layout:
    """A red block comes to stand right beside the green block; a blue bowl and an orange block stay."""
    things = [thing("fixed green block", 0.5, 0.2), thing("red block", 0.4, -0.2), thing("blue bowl", 0.6, -0.3)]
    return layout([*things, thing("orange block", 0.35, 0.4)], [goal([2], [at(0.545, 0.2)])])


def boxes() -> Layout:
    """Four brown boxes go onto the pallet, two by two in one layer; two white boxes stay."""
    things = [thing("plain pallet", 0.5, 0.25)]
    things += [thing("brown box", 0.3 + 0.12 * number, -0.1) for number in range(4)]
    things += [thing("white box", 0.35 + 0.15 * number, -0.35) for number in range(2)]
    places = [(x, y) for x in (0.455, 0.545) for y in (0.215, 0.285)]
    return layout(things, [goal([2, 3, 4, 5], [at(x, y, 0.05) for x, y in places])])


def bridge() -> Layout:
    """Two goals: two orange blocks apart, then the cyan box across both."""
    things = [thing("orange block", 0.35, -0.2), thing("orange block", 0.5, -0.2), thing("cyan box", 0.6, -0.35)]
    pillars = goal([1, 2], [at(0.47, 0.2), at(0.53, 0.2)])
    return layout(things, [pillars, goal([3], [at(0.5, 0.2, 0.06)])])


def swap() -> Layout:
    """Two goals: a green block into a red bowl, a red block into a green bowl."""
    things = [thing("red bowl", 0.4, 0.3), thing("green bowl", 0.6, 0.3)]
    things += [thing("green block", 0.4, -0.2), thing("red block", 0.6, -0.2)]
    return layout(things, [goal([3], [at(0.4, 0.3, 0.0)]), goal([4], [at(0.6, 0.3, 0.0)])])


def circle() -> Layout:
    """Six pink balls are laid in a circle on the white zone."""
    things = [thing("white zone", 0.5, 0.25)]
    things += [thing("pink ball", 0.27 + 0.09 * number, -0.2) for number in range(6)]
    places = [(0.07, 0.0), (0.035, 0.06), (-0.035, 0.06), (-0.07, 0.0), (-0.035, -0.06), (0.035, -0.06)]
    return layout(things, [goal([2, 3, 4, 5, 6, 7], [at(0.5 + x, 0.25 + y) for x, y in places])])


def between() -> Layout:
    """A blue ball comes between two yellow cylinders, onto nothing; a white box stays."""
    things = [thing("fixed yellow cylinder", 0.5, 0.1), thing("fixed yellow cylinder", 0.5, 0.3)]
    things += [thing("blue ball", 0.4, -0.2), thing("white box", 0.6, -0.3)]
    return layout(things, [goal([3], [at(0.5, 0.2)])])


def mixed() -> Layout:
    """Two goals: two cyan cylinders into two orange bowls, then the purple ball into the white container."""
    things = [thing("orange bowl", 0.35, 0.35), thing("orange bowl", 0.5, 0.35), thing("white container", 0.5, 0.1)]
    things += [thing("cyan cylinder", 0.3, -0.2), thing("cyan cylinder", 0.45, -0.2), thing("purple ball", 0.6, -0.2)]
    things += [thing("cyan block", 0.65, -0.4)]
    cylinders = goal([4, 5], [at(0.35, 0.35, 0.0), at(0.5, 0.35, 0.0)])
    return layout(things, [cylinders, zone_goal([6], (0.5, 0.1), (0.24, 0.16, 0.05))])


def restack() -> Layout:
    """The blue block, which stands on the red block, is brought to the green zone; a yellow zone stays."""
    things = [thing("red block", 0.4, -0.2), thing("blue block", 0.4, -0.2, 0.06)]
    things += [thing("green zone", 0.5, 0.3, scale=0.6), thing("yellow zone", 0.6, 0.0, scale=0.6)]
    return layout(things, [goal([2], [at(0.5, 0.3)])])


def ordered() -> Layout:
    """Three goals: red, yellow and blue blocks in a row on the gray zone."""
    things = [thing("gray zone", 0.5, 0.25)]
    things += [thing(f"{color} block", 0.3 + 0.12 * number, -0.2) for number, color in enumerate(COLORS)]
    return layout(things, [goal([2 + number], [at(0.44 + 0.06 * number, 0.25)]) for number in range(3)])


def towers() -> Layout:
    """Two goals: red blocks onto two zones, green cylinders onto them; a green block stays."""
    things = [thing("blue zone", 0.4, 0.3, scale=0.5), thing("pink zone", 0.6, 0.3, scale=0.5)]
    things += [thing("red block", 0.35, -0.1), thing("red block", 0.5, -0.1), thing("green cylinder", 0.35, -0.3)]
    things += [thing("green cylinder", 0.5, -0.3), thing("green block", 0.65, -0.3)]
    goals = [goal([3, 4], [at(0.4, 0.3), at(0.6, 0.3)]), goal([5, 6], [at(0.4, 0.3, 0.07), at(0.6, 0.3, 0.07)])]
    return layout(things, goals)


def corners() -> Layout:
    """Four brown blocks go to the corners of the cyan zone, a white ball into its middle."""
    things = [thing("cyan zone", 0.5, 0.25), thing("white ball", 0.65, -0.1)]
    things += [thing("brown block", 0.28 + 0.1 * number, -0.25) for number in range(4)]
    places = [at(0.5 + x, 0.25 + y) for x in (-0.07, 0.07) for y in (-0.07, 0.07)]
    return layout(things, [goal([3, 4, 5, 6], places), goal([2], [at(0.5, 0.25)])])


def cleared() -> Layout:
    """Two goals: the yellow cylinder leaves the green zone for the white one, and the red block comes there."""
    things = [thing("green zone", 0.4, 0.3, scale=0.6), thing("white zone", 0.6, 0.3, scale=0.6)]
    things += [thing("yellow cylinder", 0.4, 0.3), thing("red block", 0.5, -0.2), thing("orange bowl", 0.6, -0.35)]
    return layout(things, [goal([3], [at(0.6, 0.3, 0.03)]), goal([4], [at(0.4, 0.3)])])


def rows() -> Layout:
    """Two goals: three red cylinders onto the blue line, three green balls onto the brown line."""
    things = [("line/line-template.urdf", at(x, 0.25, 0.0, 1.571), {"category": "fixed", "color": color})
              for x, color in ((0.4, "blue"), (0.6, "brown"))]  # fmt: skip
    things += [thing("red cylinder", 0.3 + 0.1 * number, -0.1) for number in range(3)]
    things += [thing("green ball", 0.3 + 0.1 * number, -0.3) for number in range(3)]
    places = [[at(x, 0.19 + 0.06 * number, 0.02) for number in range(3)] for x in (0.4, 0.6)]
    return layout(things, [goal([3, 4, 5], places[0]), goal([6, 7, 8], places[1])])


def hut() -> Layout:
    """Three goals: four gray blocks as a square, the brown box across them, the red block on the box."""
    things = [thing("gray block", 0.3 + 0.1 * number, -0.1) for number in range(4)]
    things += [thing("brown box", 0.35, -0.3), thing("red block", 0.55, -0.3)]
    walls = [at(0.5 + x, 0.25 + y) for x in (-0.021, 0.021) for y in (-0.021, 0.021)]
    steps = [goal([1, 2, 3, 4], walls), goal([5], [at(0.5, 0.25, 0.06)]), goal([6], [at(0.5, 0.25, 0.1)])]
    return layout(things, steps)


def guests() -> Layout:
    """Four white balls come beside four fixed black blocks, one each; the purple zone stays empty."""
    things = [thing("fixed black block", 0.35 + 0.1 * number, 0.3) for number in range(4)]
    things += [thing("white ball", 0.3 + 0.1 * number, -0.2) for number in range(4)]
    things += [thing("purple zone", 0.65, -0.38, scale=0.5)]
    return layout(things, [goal([5, 6, 7, 8], [at(0.35 + 0.1 * number, 0.23) for number in range(4)])])


def notch() -> Layout:
    """A blue block comes into the notch of the red ell."""
    ell = ("insertion/ell.urdf", at(0.5, 0.2, 0.02, 0.5), {"category": "fixed", "color": "red"})
    return layout([ell, thing("blue block", 0.4, -0.2)], [goal([2], [at(0.502, 0.203, 0.02, 0.5)])])


def human(name: str, seed: int = 0) -> Callable[[], Layout]:
    """A scene of a human-made task."""
    return lambda: lay_out(human_task(name), seed)[0]


SCENES: dict[str, Callable[[], Layout]] = {
    "bowl": bowl,
    "pairs": pairs,
    "tower": tower,
    "pyramid": pyramid,
    "packed": packed,
    "row": row,
    "sorted": sorted_,
    "ring": ring,
    "beside": beside,
    "boxes": boxes,
    "bridge": bridge,
    "swap": swap,
    "circle": circle,
    "between": between,
    "mixed": mixed,
    "restack": restack,
    "ordered": ordered,
    "towers": towers,
    "corners": corners,
    "cleared": cleared,
    "rows": rows,
    "hut": hut,
    "guests": guests,
    "notch": notch,
    "rope": human("align-rope"),
    "pile": human("separating-piles"),
    "hanoi": human("towers-of-hanoi-seq"),
    "kit": human("assembling-kits"),
    "shape": human("packing-shapes"),
    "corner": human("align-box-corner"),
    "insertion": human("block-insertion"),
}


SENTENCES = Path(__file__).parent / "instructions"


def sentences(name: str) -> list[tuple[str, str]]:
    """The lines of `honest.txt` or `false.txt`, each with its scene."""
    found, place = [], ""
    for line in (SENTENCES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            place = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((place, line))
    return found


HONEST = sentences("honest.txt")
FALSE = [(place, *line.split(": ", 1)) for place, line in sentences("false.txt")]


@cache
def scene(name: str) -> Layout:
    """The scene of this name."""
    return SCENES[name]()


def told(layout_: Layout, words: str) -> Layout:
    """The scene with these instructions: one for all goals, or one for each, with `|` between them."""
    sentences = [part.strip() for part in words.split("|")]
    each = sentences if len(sentences) > 1 else sentences * len(layout_.goals)
    goals = [
        goal_.model_copy(update={"instruction": sentence}) for goal_, sentence in zip(layout_.goals, each, strict=True)
    ]
    return layout_.model_copy(update={"goals": tuple(goals)})
