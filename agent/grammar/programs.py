"""From a spec to a task program: each relation lays out its targets and states its goals.

A program reads like one that a person wrote: constants named, positions computed from poses, one goal for each step.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from agent.grammar.spec import NUMBERS, Spec, Thing, joined
from sim.catalogue import find_asset

TOLERANT = 0.05  # metres: anywhere in a bowl
SPACING = 0.055  # metres between the middles of neighbours
LINE_WIDTH = 0.05
RING = 0.07  # metres from the middle of a zone to its sides


@dataclass(frozen=True)
class Goal:
    """One goal of a program: whose handles, which targets (both as Python expressions), and its instruction."""

    objects: str
    targets: str
    count: int
    instruction: str
    zone: str = ""  # expression for (pose, size) of a zone goal


@dataclass(frozen=True)
class Body:
    """What a relation contributes: lines of `reset`, its goals, the position tolerance, extra imports."""

    lines: list[str]
    goals: list[Goal]
    pos_eps: float | None = None


def class_name(name: str) -> str:
    """`stack-three-blocks` as `StackThreeBlocks`."""
    return "".join(part.capitalize() for part in name.split("-"))


def instructions(spec: Spec) -> list[str]:
    """What the robot is told, goal by goal."""
    return [goal.instruction for goal in RELATIONS[spec.relation](spec).goals]


def write_program(spec: Spec, name: str, sentence: str) -> str:
    """The task program of a spec; `sentence` becomes its docstring."""
    body = RELATIONS[spec.relation](spec)
    lines = [*body.lines, *_distractors(spec)]
    share = "1.0" if len(body.goals) == 1 else f"1 / {len(body.goals)}"
    for goal in body.goals:
        lines += [
            "self.add_goal(",
            f"    objs={goal.objects},",
            f"    matches=np.ones(({goal.count}, {goal.count})),",
            f"    targ_poses={goal.targets},",
            "    replace=False,",
            "    rotations=True,",
            f'    metric="{"zone" if goal.zone else "pose"}",',
            f"    params={f'[{goal.zone}] * {goal.count}' if goal.zone else 'None'},",
            f"    step_max_reward={share},",
            f'    language_goal="{goal.instruction}",',
            ")",
        ]
    text = "\n".join(lines)
    head = ["import numpy as np", "", "from sim import Task"]
    if "apply(" in text:
        head.append("from sim.geometry import apply")
    tolerance = f"    pos_eps = {body.pos_eps}\n\n" if body.pos_eps else ""
    return (
        "\n".join(head)
        + f'\n\n\nclass {class_name(name)}(Task):\n    """{sentence}"""\n\n{tolerance}'
        + "    def reset(self, env):\n        super().reset(env)\n"
        + textwrap.indent(text, " " * 8)
        + "\n"
    )


# -- relations -------------------------------------------------------------------------------------------------------


def _put_into(spec: Spec) -> Body:
    target = spec.targets[0]
    if target.asset.startswith("container"):
        return _packed(spec, target)
    lines = ["bowls = []", f"for _ in range({target.count}):"]
    lines += [f"    bowls.append(self.get_random_pose(env, {_size(target)}))", f"    {_add(target, 'bowls[-1]')}"]
    moved = spec.moved[0]
    lines += _moved(moved, "objects")
    goal = Goal("objects", "bowls", moved.count, f"put {moved.counted} into {target.counted}")
    return Body(lines, [goal], TOLERANT)


def _packed(spec: Spec, container: Thing) -> Body:
    size = (round(0.02 + SPACING * max(2, spec.moved_count), 3), 0.09, 0.05)
    lines = [
        f"container_size = {size}",
        "container_pose = self.get_random_pose(env, container_size)",
        'container = self.fill_template("container/container-template.urdf", {"DIM": container_size})',
        f'env.add_object(container, container_pose, category="fixed", color="{container.color}")',
        *_all_moved(spec),
        f"places = [(apply(container_pose, (x, 0.0, 0.0)), container_pose[1]) for x in {_row(spec.moved_count)}]",
    ]
    instruction = f"put {_every(spec.moved)} into {container.counted}"
    zone = "(container_pose, container_size)"
    return Body(lines, [Goal("objects", "places", spec.moved_count, instruction, zone)], 0.02)


def _put_on(spec: Spec) -> Body:
    target = spec.targets[0]
    lines = [
        *_anchor(target),
        *_all_moved(spec),
        f"places = [(apply(base_pose, (x, y, {_top(target)})), base_pose[1]) for x, y in {_grid(spec.moved_count)}]",
    ]
    instruction = f"put {_every(spec.moved)} on {target.counted}"
    return Body(lines, [Goal("objects", "places", spec.moved_count, instruction)], 0.02)


def _stack(spec: Spec) -> Body:
    target = spec.targets[0]
    lines = _anchor(target)
    height, below = _top(target), target.counted
    goals = []
    for number, thing in enumerate(spec.moved):
        heights = [round(height + _height(thing) * (index + 0.5), 4) for index in range(thing.count)]
        height += _height(thing) * thing.count
        lines += _moved(thing, f"objects_{number}")
        lines.append(f"places_{number} = [(apply(base_pose, (0.0, 0.0, z)), base_pose[1]) for z in {heights}]")
        instruction = f"stack {thing.counted} on {below}"
        goals.append(Goal(f"objects_{number}", f"places_{number}", thing.count, instruction))
        below = thing.counted
    return Body(lines, goals)


def _line_up(spec: Spec) -> Body:
    target = spec.targets[0]
    lines = [
        f"line_size = ({round(0.03 + SPACING * spec.moved_count, 3)}, {LINE_WIDTH}, 0.001)",
        "line_pose = self.get_random_pose(env, line_size)",
        'line = self.fill_template("line/line-template.urdf", {"DIM": line_size})',
        f'env.add_object(line, line_pose, category="fixed", color="{target.color}")',
        *_all_moved(spec),
        f"places = [(apply(line_pose, (x, 0.0, 0.0)), line_pose[1]) for x in {_row(spec.moved_count)}]",
    ]
    instruction = f"line up {_every(spec.moved)} on {target.counted}"
    return Body(lines, [Goal("objects", "places", spec.moved_count, instruction)], 0.02)


def _pair(spec: Spec) -> Body:
    lines: list[str] = []
    goals = []
    for number, (thing, target) in enumerate(zip(spec.moved, spec.targets, strict=True)):
        lines += [f"bowl_{number} = self.get_random_pose(env, {_size(target)})", _add(target, f"bowl_{number}")]
        lines += [f"object_{number} = {_add(thing, f'self.get_random_pose(env, {_size(thing)})')}"]
        instruction = f"put {thing.counted} into {target.counted}"
        goals.append(Goal(f"[object_{number}]", f"[bowl_{number}]", 1, instruction))
    return Body(lines, goals, TOLERANT)


def _sort(spec: Spec) -> Body:
    lines: list[str] = []
    goals = []
    for number, (thing, zone) in enumerate(zip(spec.moved, spec.targets, strict=True)):
        lines += [f"zone_{number} = self.get_random_pose(env, {_size(zone)})", _add(zone, f"zone_{number}")]
        z = round(_height(thing) / 2, 4)
        places = f"(apply(zone_{number}, (x, y, {z})), zone_{number}[1]) for x, y in {_grid(thing.count)}"
        lines.append(f"places_{number} = [{places}]")
    for number, (thing, zone) in enumerate(zip(spec.moved, spec.targets, strict=True)):
        lines += _moved(thing, f"objects_{number}")
        instruction = f"sort {thing.counted} into {zone.counted}"
        place = f"(zone_{number}, {_size(zone)})"
        goals.append(Goal(f"objects_{number}", f"places_{number}", thing.count, instruction, place))
    return Body(lines, goals)


def _surround(spec: Spec) -> Body:
    middle, zone = spec.targets
    moved = spec.moved[0]
    sides = [(RING, 0.0), (-RING, 0.0), (0.0, RING), (0.0, -RING)][: moved.count]
    lines = [
        f"zone_pose = self.get_random_pose(env, {_size(zone)})",
        _add(zone, "zone_pose"),
        f"middle_pose = (apply(zone_pose, (0.0, 0.0, {_height(middle) / 2})), zone_pose[1])",
        _add(middle, "middle_pose"),
        *_moved(moved, "objects"),
        f"places = [(apply(zone_pose, (x, y, 0.0)), zone_pose[1]) for x, y in {sides}]",
    ]
    where = {2: "on opposite sides", 4: "one on each side"}.get(moved.count, f"on {NUMBERS[moved.count]} sides")
    instruction = f"surround {middle.counted} with {moved.counted}, {where} of {zone.counted}"
    return Body(lines, [Goal("objects", "places", moved.count, instruction)], 0.02)


def _pyramid(spec: Spec) -> Body:
    target = spec.targets[0]
    lines = _anchor(target)
    top = _top(target)
    rows = {3: (2, 1), 6: (3, 2, 1)}[spec.moved_count]
    names = {2: ("bottom", "top"), 3: ("bottom", "middle", "top")}[len(rows)]
    things = [Thing(thing.asset, thing.color) for thing in spec.moved for _ in range(thing.count)]
    goals, used = [], 0
    for level, (count, layer) in enumerate(zip(rows, names, strict=True)):
        thing = Thing(things[used].asset, things[used].color, count)
        used += count
        z = round(top + _height(thing) * (level + 0.5), 4)
        places = [round(0.042 * (index - (count - 1) / 2), 4) for index in range(count)]
        lines += _moved(thing, f"layer_{level}")
        lines.append(f"places_{level} = [(apply(base_pose, (x, 0.0, {z})), base_pose[1]) for x in {places}]")
        where = target.counted if level == 0 else f"the {names[level - 1]} layer"
        instruction = f"build the {layer} layer of the pyramid with {thing.counted} on {where}"
        goals.append(Goal(f"layer_{level}", f"places_{level}", count, instruction))
    return Body(lines, goals)


RELATIONS: dict[str, Callable[[Spec], Body]] = {
    "put-into": _put_into,
    "put-on": _put_on,
    "stack": _stack,
    "line-up": _line_up,
    "pair": _pair,
    "sort": _sort,
    "surround": _surround,
    "pyramid": _pyramid,
}


# -- pieces ----------------------------------------------------------------------------------------------------------


def _anchor(target: Thing) -> list[str]:
    """The thing that others come to stand on, at `base_pose`; its places are given from the table up."""
    return [
        f"base_pose = self.get_random_pose(env, {_size(target)})",
        _add(target, "base_pose"),
        "base_pose = ((*base_pose[0][:2], 0.0), base_pose[1])  # heights count from the table",
    ]


def _moved(thing: Thing, name: str) -> list[str]:
    add = _add(thing, f"self.get_random_pose(env, {_size(thing)})")
    return [f"{name} = [{add} for _ in range({thing.count})]"]


def _all_moved(spec: Spec) -> list[str]:
    """Every moved object in one list, `objects`."""
    if len(spec.moved) == 1:
        return _moved(spec.moved[0], "objects")
    parts = [line for number, thing in enumerate(spec.moved) for line in _moved(thing, f"objects_{number}")]
    return [*parts, f"objects = [{', '.join(f'*objects_{number}' for number in range(len(spec.moved)))}]"]


def _every(things: tuple[Thing, ...]) -> str:
    return joined([thing.counted for thing in things])


def _distractors(spec: Spec) -> list[str]:
    lines = []
    for thing in spec.distractors:
        add = _add(thing, f"self.get_random_pose(env, {_size(thing)})")
        lines += [f"for _ in range({thing.count}):", f"    {add}"] if thing.count > 1 else [add]
    return lines


def _add(thing: Thing, pose: str) -> str:
    fixed = ', category="fixed"' if find_asset(thing.asset).category == "fixed" else ""
    color = f', color="{thing.color}"' if thing.color else ""
    return f'env.add_object("{thing.asset}", {pose}{fixed}{color})'


def _size(thing: Thing) -> tuple[float, float, float]:
    return find_asset(thing.asset).size


def _height(thing: Thing) -> float:
    return _size(thing)[2]


def _top(target: Thing) -> float:
    """Height of a target's upper side; a zone has none."""
    return _height(target) if find_asset(target.asset).solid else 0.0


def _row(count: int) -> list[float]:
    return [round(SPACING * (index - (count - 1) / 2), 4) for index in range(count)]


def _grid(count: int) -> list[tuple[float, float]]:
    columns = 1 if count == 1 else 2
    rows = -(-count // columns)
    cells = [(x, y) for x in _row(rows) for y in _row(columns)]
    return cells[:count] if count > 1 else [(0.0, 0.0)]


def summary(spec: Spec) -> str:
    """The whole task in one sentence."""
    told = list(dict.fromkeys(instructions(spec)))
    moved, target = _every(spec.moved), _every(spec.targets)
    return {
        "put-into": f"put {moved} into {target}",
        "put-on": f"put {moved} on {target}",
        "stack": f"stack {moved} on {target}",
        "line-up": f"line up {moved} on {target}",
        "pair": f"put {moved} into the bowls of the same color",
        "sort": f"sort {moved} into the zones of the same color",
        "surround": told[0],
        "pyramid": f"build a pyramid of {moved} on {target}",
    }[spec.relation]
