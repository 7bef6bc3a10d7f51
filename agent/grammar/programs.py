"""From a spec to a task program: each relation lays out its targets and states its goals."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace

from agent.grammar import arranging, building, fitting, placing
from agent.grammar.page import Goal, Page
from agent.grammar.phrases import PHRASES
from agent.grammar.relations import RELATIONS
from agent.grammar.sizes import every
from agent.grammar.spec import Spec
from sim.catalogue import find_asset

WORDINGS = max(len(phrases) for phrases in PHRASES.values())

WRITERS: dict[str, Callable[[Page, Spec], None]] = {
    "put-into": placing.put_into,
    "put-on": placing.put_on,
    "line-up": placing.line_up,
    "rows": placing.rows,
    "pair": placing.pair,
    "sort": placing.sort,
    "align": placing.align,
    "move": placing.move,
    "circle": arranging.circle,
    "triangle": arranging.triangle,
    "corners": arranging.corners,
    "diagonal": arranging.diagonal,
    "grid": arranging.rows_of_a_grid,
    "surround": arranging.surround,
    **dict.fromkeys(arranging.SIDES, arranging.beside),
    "between": arranging.between,
    "stack": building.stack,
    "towers": building.towers,
    "pyramid": building.pyramid,
    "wall": building.wall,
    "stairs": building.stairs,
    "bridge": building.bridge,
    "house": building.house,
    "platform": building.platform,
    "unstack": building.unstack,
    "restack": building.restack,
    "insert": fitting.insert,
    "kit": fitting.kit,
    "pegs": fitting.pegs,
    "hanoi": fitting.hanoi,
    "sweep": fitting.sweep,
    "rope": fitting.rope,
}


def class_name(name: str) -> str:
    """`stack-three-blocks` as `StackThreeBlocks`."""
    return "".join(part.capitalize() for part in name.split("-"))


def instructions(spec: Spec) -> list[str]:
    """What the robot is told, goal by goal."""
    return [goal.instruction for goal in _page(spec).goals]


def worded_as(spec: Spec, steps: Sequence[str]) -> Spec:
    """The spec in the wording whose instructions these are; as it is where no wording has them."""
    worded = (replace(spec, wording=number) for number in range(WORDINGS))
    return next((one for one in worded if instructions(one) == list(steps)), spec)


def write_program(spec: Spec, name: str, sentence: str) -> str:
    """The task program of a spec; `sentence` becomes its docstring."""
    page = _page(spec)
    lines = [*page.fixed, *page.loose, *_distractors(page, spec)]
    share = "1.0" if len(page.goals) == 1 else f"1 / {len(page.goals)}"
    for goal in page.goals:
        lines += ["", *goal.lines, *_added(goal, share)]
    text = "\n".join(lines)
    head = ["import numpy as np", "", "from sim import Task"]
    if "apply(" in text:
        head.append("from sim.geometry import apply")
    attributes = dict(page.attributes)
    if page.tolerances:
        attributes["pos_eps"] = str(min(page.tolerances))
    told = "".join(f"    {key} = {value}\n" for key, value in sorted(attributes.items()))
    if page.constants:
        head += ["", *(f"{name} = {size}" for name, size in page.constants.items())]
    return (
        "\n".join(head)
        + f'\n\n\nclass {class_name(name)}(Task):\n    """{sentence}"""\n\n'
        + (f"{told}\n" if told else "")
        + "    def reset(self, env):\n        super().reset(env)\n"
        + textwrap.indent(text, " " * 8)
        + "\n"
    )


def summary(spec: Spec) -> str:
    """The whole task in one sentence."""
    return ", then ".join(_summary(stage) for stage in spec.stages)


def _page(spec: Spec) -> Page:
    page = Page()
    for stage in spec.stages:
        before = len(page.tolerances)
        WRITERS[stage.relation](page, replace(stage, wording=spec.wording))
        if len(page.tolerances) == before and len(spec.stages) > 1:
            page.tolerate(0.01)
    return page


def _added(goal: Goal, share: str) -> list[str]:
    matches = goal.matches or f"np.ones(({goal.count}, {goal.count}))"
    return [
        "self.add_goal(",
        f"    objs={goal.objects},",
        f"    matches={matches},",
        f"    targ_poses={goal.targets},",
        f"    replace={goal.replace},",
        "    rotations=True,",
        f'    metric="{"zone" if goal.zone else "pose"}",',
        f"    params={_params(goal)},",
        f"    step_max_reward={share},",
        *([f"    symmetries={goal.symmetries},"] if goal.symmetries else []),
        f'    language_goal="{goal.instruction}",',
        ")",
    ]


def _params(goal: Goal) -> str:
    if not goal.zone:
        return "None"
    return f"[{goal.zone}]" if goal.count == 1 else f"[{goal.zone}] * {goal.count}"


def _distractors(page: Page, spec: Spec) -> list[str]:
    lines = []
    for thing in spec.distractors:
        add = page.add(thing, page.free(thing))
        lines += [f"for _ in range({thing.count}):", f"    {add}"] if thing.count > 1 else [add]
    return lines


def _summary(stage: Spec) -> str:
    told = list(dict.fromkeys(instructions(stage)))
    if len(told) == 1:
        return told[0]
    moved, target = every(stage.moved), every(stage.targets)
    first, last = stage.targets[0].counted, stage.targets[-1].counted
    kinds = {find_asset(thing.asset).kind for thing in stage.targets}
    places = f"{kinds.pop()}s" if len(kinds) == 1 else "places"
    same = [thing.color for thing in stage.moved] == [thing.color for thing in stage.targets]
    own = "of the same color" if same else "of their own"
    sentences = {
        "pair": f"put {moved} {'into' if places == 'bowls' else 'on'} the {places} {own}",
        "sort": f"sort {moved} into the {places} {own}",
        "stack": f"stack {moved} on {target}",
        "towers": f"build towers of {moved} on {target}",
        "pyramid": f"build a pyramid of {moved} on {target}",
        "wall": f"build a wall of {moved} on {target}",
        "stairs": f"build stairs of {moved} on {target}",
        "bridge": f"build a bridge of {moved} on {target}",
        "house": f"build a house of {moved} on {target}",
        "platform": f"build a platform of {moved} on {target}",
        "grid": f"arrange {moved} in rows on {target}",
        "rows": f"line up {moved}, each kind on a line of its own",
        "align": f"align {moved} with the {places}",
        "unstack": f"take the tower of {moved} on {first} apart and put all of it on {last}",
        "restack": f"build the tower of {moved} on {first} anew on {last}, top first",
        "insert": f"put {moved} into the {places}",
        "kit": f"put {moved} into their holes in {target}",
        "hanoi": f"move the tower of {moved} to the last peg",
        "pegs": f"put {moved} on the pegs of the stand",
        "sweep": f"push the piles into {target}",
    }
    return sentences.get(stage.relation, ", then ".join(told))


assert WRITERS.keys() == RELATIONS.keys()
