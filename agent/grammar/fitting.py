"""Relations with things made for each other: fixture and ell, kit and shapes, pegs and disks, piles, ropes."""

from __future__ import annotations

from agent.grammar.page import Goal, Page
from agent.grammar.phrases import say
from agent.grammar.placing import LOOSELY
from agent.grammar.relations import LINE, SQUARE
from agent.grammar.sizes import SHAPE_SIZE, every, height_of
from agent.grammar.spec import Spec, Thing

HOLE_Z = 0.0025  # metres from the kit's middle to its upper side
HOLES = ((-0.07, 0.045), (0.07, -0.045), (-0.07, -0.045), (0.07, 0.045))  # on the kit
PEG_PLACES = (-0.12, 0.0, 0.12)  # along the stand
SEATED = 0.0175  # metres from the stand's point to the middle of a lowest disk
DISK_HEIGHT = 0.015
PEG_NAMES = ("first", "middle", "last")
PILE_ZONE = (0.12, 0.12, 0.0)
PILE_SCALE = 0.6  # of the zone's own size
ROPE_LENGTH = 0.28  # metres
ROPE_ENDS = 0.075  # metres from a rope's end to the middle of what it ends at


def insert(page: Page, spec: Spec) -> None:
    """Each ell in a fixture of its own."""
    poses = [page.stand(fixture) for fixture in spec.targets]
    for ell, fixture, pose in zip(spec.moved, spec.targets, poses, strict=True):
        sentence = say(spec, "insert", things=ell.counted, place=fixture.counted)
        objects = page.scatter(ell)
        page.goals.append(Goal((), objects, f"[{pose}]", 1, sentence, symmetries="[2 * np.pi]"))


def kit(page: Page, spec: Spec) -> None:
    """Shapes in their holes, each told for itself."""
    board = spec.targets[0]
    pose = page.stand(board)
    for shape, (x, y) in zip(spec.moved, HOLES, strict=False):
        hole = '"FNAME": "' + shape.mesh + f'", "DIM": {(*SHAPE_SIZE[:2], 0.001)}'
        filled = f'self.fill_template("kitting/object-template-nocollision.urdf", {{{hole}}})'
        place = f"(apply({pose}, ({x}, {y}, {HOLE_Z})), {pose}[1])"
        page.fixed.append(f'env.add_object({filled}, {place}, category="fixed", color="black")')
    for shape, (x, y) in zip(spec.moved, HOLES, strict=False):
        words = {"things": shape.counted, "hole": "its hole", "place": board.counted}
        z = HOLE_Z + SHAPE_SIZE[2] / 2
        page.goal(page.scatter(shape), 1, pose, [(x, y, z)], say(spec, "kit", **words))


def pegs(page: Page, spec: Spec) -> None:
    """Disks from the table over the pegs: those of one group over one peg."""
    pose = page.stand(spec.targets[0])
    together = spec.targets[0].count == 1 and len(spec.moved) > 1 and spec.wording % 2 == 1
    for number, disk in enumerate(spec.moved):
        peg, level = (0, number) if together else (number, 0)
        _seat(page, spec, page.scatter(disk), disk, pose, peg, level, "pegs")
    page.tolerate(LOOSELY)


def hanoi(page: Page, spec: Spec) -> None:
    """A tower of disks from the first peg to the last."""
    pose = page.stand(spec.targets[0])
    names = []
    for level, disk in enumerate(spec.moved):
        name = page.name("disk")
        seat = f"(apply({pose}, {_peg(0, level)}), {pose}[1])"
        page.loose.append(f"{name} = {page.add(disk, seat)}")
        names.append(name)
    stacks: list[list[int]] = [list(range(len(names))), [], []]
    for begin, end in _moves(len(names), 0, 1, 2):
        which = stacks[begin].pop()
        _seat(page, spec, f"[{names[which]}]", spec.moved[which], pose, end, len(stacks[end]), "hanoi")
        stacks[end].append(which)
    page.tolerate(LOOSELY)


def _seat(page: Page, spec: Spec, objects: str, disk: Thing, pose: str, peg: int, level: int, key: str) -> None:
    page.goal(objects, 1, pose, [_peg(peg, level)], say(spec, key, things=disk.counted, peg=PEG_NAMES[peg]))


def _peg(peg: int, level: int) -> tuple[float, float, float]:
    return (0.0, PEG_PLACES[peg], round(SEATED + DISK_HEIGHT * level, 4))


def _moves(count: int, start: int, spare: int, end: int) -> list[tuple[int, int]]:
    """The shortest solution: pairs of pegs (from, to)."""
    if count == 0:
        return []
    return [*_moves(count - 1, start, end, spare), (start, end), *_moves(count - 1, spare, start, end)]


def sweep(page: Page, spec: Spec) -> None:
    """Piles in zones, pushed by a spatula."""
    page.attributes |= {"primitive": '"push"', "max_steps": str(20 * len(spec.moved))}
    poses = []
    for target in spec.targets:
        pose = page.name(f"{'square' if target.asset == SQUARE else 'zone'}_pose")
        page.fixed.append(f"{pose} = {page.free(target, PILE_ZONE)}")
        if target.asset == SQUARE:
            page.fixed += page.model(target, (*PILE_ZONE[:2], 0.001))
            page.fixed.append(page.add(target, pose))
        else:
            page.fixed.append(page.add(target, pose)[:-1] + f", scale={PILE_SCALE})")
        poses.append(pose)
    for pile, target, pose in zip(spec.moved, spec.targets, poses, strict=True):
        name = page.name("pile")
        page.loose.append(f'{name} = self.make_piles(env, "{pile.color}", {pile.count})')
        things = f"{pile.color} blocks"
        sentence = say(spec, "sweep", things=things, place=target.counted)
        matches = f"np.ones(({pile.count}, 1))"
        zone = f"({pose}, {page.size(target, PILE_ZONE)})"
        page.goals.append(Goal((), name, f"[{pose}]", 1, sentence, zone, matches, replace=True))


def rope(page: Page, spec: Spec) -> None:
    """A rope straight along a line, between two things, or along the open side of a square."""
    target = spec.targets[0]
    own = spec.moved[0]
    half = ROPE_LENGTH / 2
    words = {"things": own.counted, "place": target.counted}
    if target.asset == LINE:
        pose = page.stand(target, (ROPE_LENGTH, 0.015, 0.001))
        points, key = [(half, 0.0, 0.0), (-half, 0.0, 0.0)], "rope-line"
    elif target.asset == SQUARE:
        pose = page.stand(target, (ROPE_LENGTH, ROPE_LENGTH, 0.001))
        points, key = [(half, half, 0.0), (-half, half, 0.0)], "rope-square"
    else:
        pose, points, key = _posts(page, spec), [(half, 0.0, 0.0), (-half, 0.0, 0.0)], "rope-between"
        words["place"] = every(spec.targets)
    ends = page.name("ends")
    page.fixed.append(f"{ends} = [apply({pose}, offset) for offset in {points}]")
    page.fixed.append(f'beads, targets, matches = self.make_ropes(env, {ends}, color_name="{own.color}")')
    page.goals.append(Goal((), "beads", "targets", 20, say(spec, key, **words), matches="matches"))
    page.attributes["max_steps"] = "20"
    page.tolerate(LOOSELY)


def _posts(page: Page, spec: Spec) -> str:
    """Lays out the two things between which a rope is to lie; the pose of their middle."""
    first, last = spec.targets[0], spec.targets[-1]
    pose = page.name("line_pose")
    page.fixed.append(
        f"{pose} = self.get_random_pose(env, ({round(ROPE_LENGTH + 2 * ROPE_ENDS + 0.04, 3)}, 0.06, 0.0))"
    )
    away = ROPE_LENGTH / 2 + ROPE_ENDS
    for thing, x in ((first, away), (last, -away)):
        place = f"(apply({pose}, ({x}, 0.0, {round(height_of(thing) / 2, 4)})), {pose}[1])"
        page.fixed.append(page.add(thing, place, fixed=True))
    return pose
