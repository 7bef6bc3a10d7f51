"""What to write instead, in code: the change that mends a finding, where the program's text tells it.

Each rule looks at one kind of finding and gives a hint that can be followed to the letter, or nothing: then the
finding's words have to do.
"""

from __future__ import annotations

import ast
import contextlib
import math
import re
from collections.abc import Callable

from sim.catalogue import catalogue
from sim.layout import Layout
from sim.listing import Listing, Place
from sim.palette import COLORS
from sim.program import last_name
from sim.verdict import Diagnostic

Rule = Callable[[Listing, Diagnostic, Place], str]
LARGEST = 2.0  # metres: a size in whole centimetres is above it


def edit(program: Listing, finding: Diagnostic, place: Place | None, layout: Layout | None = None) -> str:
    """The change that mends a finding, e.g. "replace `a` by `b`"; empty when the text does not tell."""
    with contextlib.suppress(ArithmeticError, LookupError, ValueError):  # numbers that no float holds, odd findings
        return _edit(program, finding, place, layout)
    return ""


def _edit(program: Listing, finding: Diagnostic, place: Place | None, layout: Layout | None) -> str:
    if layout is not None and isinstance(handle := finding.values.get("object"), int):
        size = ", ".join(f"{length:g}" for length in layout.object(handle).size)
        finding = finding.model_copy(update={"values": finding.values | {"size": f"({size})"}})
    rules = RULES.get(finding.code, ()) if place is not None else ()
    for rule in rules:
        assert place is not None
        if change := rule(program, finding, place):
            return change
    return _written_elsewhere(program, finding)


# -- goals -----------------------------------------------------------------------------------------------------------


def _shape(program: Listing, finding: Diagnostic, place: Place) -> str:
    """`np.ones` of the right shape."""
    shape = finding.values.get("shape")
    made = isinstance(place.node, ast.Call) and last_name(place.node.func) in ("ones", "eye", "zeros", "identity")
    if place.before != "matches=" or not isinstance(shape, list) or not made:
        return ""
    return program.replacing(place, f"np.ones(({shape[0]}, {shape[1]}))", finding.line or 0)


def _other_of_a_pair(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The handle where a pose was given, or the pose where a handle was: of `handle = env.add_object(urdf, pose)`."""
    wanted = {"objs=": "handle", "targ_poses=": "pose"}.get(place.before)
    names = [node for node in ast.walk(place.node) if isinstance(node, ast.Name)]
    if not wanted or len(names) != 1:
        return ""
    for target, value in program.assignments():
        if not (isinstance(target, ast.Name) and isinstance(value, ast.Call) and last_name(value.func) == "add_object"):
            continue
        pose = program.argument(value.lineno, "pose")
        if pose is None or not isinstance(pose.node, ast.Name):
            continue
        given, meant = (pose.node.id, target.id) if wanted == "handle" else (target.id, pose.node.id)
        if given == names[0].id:
            new = re.sub(rf"\b{given}\b", meant, program.of(place.node))
            return program.replacing(place, new, finding.line or 0)
    return ""


def _listed(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A list, for the one thing that is in it."""
    single = finding.hint.startswith(("write a list", "write [pose]")) and not isinstance(place.node, ast.List)
    return program.replacing(place, f"[{program.of(place.node)}]", finding.line or 0) if single else ""


def _fields(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The field of the size, for a size without it."""
    plain = "not a dictionary" in finding.message
    return program.replacing(place, f'{{"DIM": {program.of(place.node)}}}', finding.line or 0) if plain else ""


def _color_by_name(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A colour that stands where the category belongs."""
    text = program.of(place.node)
    return program.replacing(place, f"color={text}", finding.line or 0) if finding.values.get("given") in COLORS else ""


def _swapped_zone(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A zone's pose before its size."""
    zones = place.node.elts if isinstance(place.node, ast.List) else []
    if place.before != "params=" or "before" not in finding.message or len(zones) != 1:
        return ""
    zone = zones[0]
    if not isinstance(zone, ast.Tuple) or len(zone.elts) != 2:
        return ""
    size, pose = map(program.of, zone.elts)
    return program.replacing(place, f"[({pose}, {size})]", finding.line or 0)


def _radians(program: Listing, finding: Diagnostic, place: Place) -> str:
    """Angles in radians for angles in degrees."""
    degrees = {180: "np.pi", 90: "np.pi / 2", 360: "2 * np.pi", 120: "2 * np.pi / 3", 60: "np.pi / 3", 45: "np.pi / 4"}
    numbers = [node for node in ast.walk(place.node) if isinstance(node, ast.Constant)]
    numbers = [node for node in numbers if isinstance(node.value, (int, float)) and node.value > 2 * math.pi]
    if place.before == "symmetries=" and numbers:
        new = program.of(place.node)
        for node in numbers:
            assert isinstance(node.value, (int, float))
            angle = degrees.get(int(node.value), f"{math.radians(node.value):.4g}")
            new = re.sub(rf"(?<![\w.]){re.escape(program.of(node))}(?![\w.])", angle, new)
        return program.replacing(place, new, finding.line or 0)
    return ""


def _tolerance(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A tolerance in metres or radians for one in centimetres or degrees."""
    node = place.node
    if not (isinstance(node, ast.Constant) and isinstance(node.value, (int, float))):
        return ""
    if place.before == "rot_eps = ":
        return program.replacing(place, f"{math.radians(node.value):.4g}", finding.line or 0)
    if place.before == "pos_eps = ":
        return program.replacing(place, f"{node.value / 100:g}", finding.line or 0)
    return ""


def _share(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A share with which all sum to 1."""
    count, total, own = (finding.values.get(key) for key in ("goals", "total", "share"))
    division = program.of(place.node)
    if place.before != "step_max_reward=":
        return ""
    if isinstance(place.node, ast.Constant) and isinstance(place.node.value, str):
        return program.replacing(place, place.node.value, finding.line or 0)
    if "//" in division:
        return program.replacing(place, division.replace("//", "/"), finding.line or 0)
    if not (isinstance(count, int) and isinstance(total, float) and isinstance(own, float)):
        return ""
    calls = [node for node in program.nodes if isinstance(node, ast.Call) and last_name(node.func) == "add_goal"]
    left = round(1.0 - (total - own), 6)
    new = f"{left:g}" if len(calls) == count and 0.0 < left < 1.0 else f"1 / {count}"
    return program.replacing(place, new, finding.line or 0)


def _format_string(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The f of an f-string, when what stands in braces is a name of the program."""
    node = place.node
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return ""
    blanks = re.findall(r"\{(\w+)\}", node.value)
    known = {item.id for item in program.nodes if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
    if not blanks or not set(blanks) <= known:
        return ""
    return program.replacing(place, "f" + program.of(node), finding.line or 0)


def _instruction(program: Listing, finding: Diagnostic, place: Place) -> str:
    """What the goal does, for an instruction that is written down as it is."""
    done = re.match(r"goal \d+ brings (.+): say so", finding.hint)
    plain = isinstance(place.node, ast.Constant) and isinstance(place.node.value, str)
    return program.replacing(place, f'"put {done[1]}"', finding.line or 0) if done and plain else ""


def _movable(program: Listing, finding: Diagnostic, place: Place) -> str:
    """An object that goals move is rigid."""
    if program.of(place.node).strip("'\"") == "fixed":
        return program.replacing(place, '"rigid"', finding.line or 0)
    return ""


def _unpacked(program: Listing, finding: Diagnostic, place: Place) -> str:
    """What several values were unpacked into, in the order in which `make_ropes` returns them."""
    places = [program.argument(finding.line or 0, name) for name in ("objs", "targ_poses", "matches")]
    wanted = [item.node.id for item in places if item is not None and isinstance(item.node, ast.Name)]
    for target, value in program.assignments():
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Call) and last_name(value.func) == "make_ropes":
            names = [item.id for item in target.elts if isinstance(item, ast.Name)]
            if names != wanted and sorted(names) == sorted(wanted):
                old, new = ", ".join(names), ", ".join(wanted)
                return f"replace `{old}` by `{new}` in line {target.lineno}"
    return ""


def _unlisted(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A handle that was never put into the list."""
    if "objs is empty" not in finding.message or not isinstance(place.node, ast.Name):
        return ""
    read = {node.id for node in program.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for target, value in program.assignments():
        added = isinstance(value, ast.Call) and last_name(value.func) == "add_object"
        if added and isinstance(target, ast.Name) and target.id not in read:
            return f"add `{place.node.id}.append({target.id})` after line {value.end_lineno}"
    return ""


def _zone(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The pose and the size of the only zone that is added."""
    if place.before != "params=" or program.of(place.node) != "None":
        return ""
    sizes = {
        program.of(target): program.of(value.args[1])
        for target, value in program.assignments()
        if isinstance(value, ast.Call) and last_name(value.func) == "get_random_pose" and len(value.args) > 1
    }
    adding = [node for node in program.nodes if isinstance(node, ast.Call) and last_name(node.func) == "add_object"]
    zones = [call for call in adding if "zone" in ast.unparse(call) and len(call.args) > 1]
    poses = {program.of(call.args[1]) for call in zones} & set(sizes)
    if len(zones) != 1 or len(poses) != 1:
        return ""
    pose = poses.pop()
    return program.replacing(place, f"[({pose}, {sizes[pose]})]", finding.line or 0)


def _added(program: Listing, finding: Diagnostic, place: Place) -> str:
    """`self.add_goal`, for something else that is called with its arguments."""
    if not isinstance(place.node, ast.Call):
        return ""
    returned = any(isinstance(node, ast.Return) and node.value is place.node for node in program.nodes)
    return f"replace `{'return ' * returned}{program.of(place.node.func)}(` by `self.add_goal(`"


def _steps(program: Listing, finding: Diagnostic, place: Place) -> str:
    """As many actions as are needed, or none of them: a pile is pushed."""
    if "push" in finding.hint:
        owner = "self." if f"self.{place.before}" in program.statement(place.line) else ""
        return f'add `{owner}primitive = "push"` before this line'
    return program.replacing(place, str(finding.values.get("least", "")), finding.line or 0)


def _turning(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The gripper may turn."""
    return program.replacing(place, "True", finding.line or 0) if place.before == "rotations=" else ""


# -- names, poses, sizes, colours ------------------------------------------------------------------------------------


def _written_elsewhere(program: Listing, finding: Diagnostic) -> str:
    """The name that was meant, where the wrong one was written down, on another line."""
    given, meant = finding.values.get("given"), re.match(r"did you mean '([^']*)'", finding.hint)
    if not isinstance(given, str) or meant is None or given in program.statement(finding.line or 0):
        return ""
    found = [node for node in program.nodes if isinstance(node, ast.Constant) and node.value == given]
    written = {program.of(node): node.lineno for node in found}
    if len(found) != 1:
        return ""
    old, line = written.popitem()
    if len(old) < 2 or old[0] != old[-1] or old[:3] in ('"""', "'''"):  # over several lines, or with a prefix
        return ""
    return f"replace `{old}` by `{old[0]}{meant[1]}{old[-1]}` in line {line}"


def _height(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A size of three numbers for one of two: the height is the template's own."""
    fields, path = place.node, program.argument(finding.line or 0, "path")
    named = path is not None and isinstance(path.node, ast.Constant) and path.node.value in catalogue()
    for node in fields.values if isinstance(fields, ast.Dict) and named else ():
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            assert path is not None
            height = catalogue()[str(getattr(path.node, "value", ""))].size[2]
            x, y = map(program.of, node.elts)
            return program.replacing(Place(node), f"({x}, {y}, {height:g})", finding.line or 0)
    return ""


def _flat_pose(program: Listing, finding: Diagnostic, place: Place) -> str:
    """Position and rotation apart, or a rotation of four numbers."""
    written = program.written(place)
    node = written.node
    if not isinstance(node, (ast.List, ast.Tuple)):
        return ""
    parts = [program.of(item) for item in node.elts]
    if len(parts) in (6, 7):
        rotation = ", ".join(parts[3:]) if len(parts) == 7 else "0, 0, 0, 1"
        return program.replacing(written, f"(({', '.join(parts[:3])}), ({rotation}))", finding.line or 0)
    second = node.elts[1] if len(parts) == 2 else None
    if isinstance(second, (ast.List, ast.Tuple)) and len(second.elts) != 4:
        return program.replacing(written, f"({parts[0]}, (0, 0, 0, 1))", finding.line or 0)
    return ""


def _pose_of_a_position(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The pose, where its position was taken: `apply(pose[0], ...)`."""
    node = place.node
    if isinstance(node, ast.Subscript) and program.of(node.slice) == "0":
        return program.replacing(place, program.of(node.value), finding.line or 0)
    return ""


def _turned_round(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The pose before the point, as `apply` takes them."""
    calls = [call for call in program.calls(finding.line or 0) if len(call.args) == 2 and call.args[0] is place.node]
    if "comes first" not in finding.hint or not calls:
        return ""
    point, pose = map(program.of, calls[0].args)
    return f"replace `({point}, {pose})` by `({pose}, {point})`"


def _metres(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A size in metres for one in centimetres."""
    written = program.written(place)
    items = written.node.elts if isinstance(written.node, (ast.List, ast.Tuple)) else []
    numbers = [item.value for item in items if isinstance(item, ast.Constant)]
    lengths = [float(value) for value in numbers if isinstance(value, (int, float))]
    if len(lengths) != 3 or len(items) != 3 or not LARGEST < max(lengths) <= 100.0:
        return ""
    return program.replacing(written, f"({', '.join(f'{length / 100:g}' for length in lengths)})", finding.line or 0)


def _cube(program: Listing, finding: Diagnostic, place: Place) -> str:
    """Three numbers for one."""
    if not (isinstance(place.node, ast.Constant) and isinstance(place.node.value, (int, float))):
        return ""
    text = program.of(place.node)
    return program.replacing(place, f"({text}, {text}, {text})", finding.line or 0)


def _channels(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A colour in 0..1 for one in 0..255."""
    written = program.written(place)
    items = written.node.elts if isinstance(written.node, (ast.List, ast.Tuple)) else []
    numbers = [item.value for item in items if isinstance(item, ast.Constant)]
    channels = [float(value) for value in numbers if isinstance(value, (int, float))]
    if len(channels) not in (3, 4) or len(channels) != len(items) or not 1.0 < max(channels) <= 255.0:
        return ""
    return program.replacing(
        written, f"({', '.join(f'{channel / 255:.3g}' for channel in channels[:3])})", finding.line or 0
    )


def _free_place(program: Listing, finding: Diagnostic, place: Place) -> str:
    """A free place instead of one that was written down, in a function that has `self` and `env`."""
    written, size = program.written(place), finding.values.get("size")
    numbers = isinstance(written.node, (ast.Tuple, ast.List))
    if isinstance(place.node, ast.Name) and program.reads(place.node.id) > 1 and finding.code.endswith("reached"):
        written = place  # others need what was written there: the targets
    function = program.function(written.node)
    known = {item.arg for item in function.args.args} if function else set()
    if not numbers or not {"self", "env"} <= known or not isinstance(size, str):
        return ""
    return program.replacing(written, f"self.get_random_pose(env, {size})", finding.line or 0)


def _lower(program: Listing, finding: Diagnostic, place: Place) -> str:
    """The height at which the object rests, when the height above a pose is written as a number."""
    written, gap = program.written(place), finding.values.get("mm")
    if not isinstance(gap, (int, float)):
        return ""
    tuples = [node for node in ast.walk(written.node) if isinstance(node, ast.Tuple) and len(node.elts) == 3]
    heights = [node.elts[2] for node in tuples if isinstance(node.elts[2], ast.Constant)]
    numbers = [node for node in heights if isinstance(node.value, (int, float))]
    if len(numbers) != 1 or not program.of(written.node):
        return ""
    owner = next(node for node in tuples if node.elts[2] is numbers[0])
    assert isinstance(numbers[0].value, (int, float))
    x, y, _ = map(program.of, owner.elts)
    return program.replacing(Place(owner), f"({x}, {y}, {numbers[0].value - gap / 1000:.4g})", finding.line or 0)


RULES: dict[str, tuple[Rule, ...]] = {
    "malformed-goal": (
        _shape,
        _listed,
        _other_of_a_pair,
        _unpacked,
        _unlisted,
        _zone,
        _swapped_zone,
        _radians,
        _tolerance,
        _share,
        _movable,
    ),
    "no-goals": (_added,),
    "too-few-steps": (_steps,),
    "unsolved": (_turning,),
    "bad-pose": (_turned_round, _other_of_a_pair, _flat_pose, _pose_of_a_position),
    "bad-size": (_metres, _height, _cube),
    "unknown-field": (_fields,),
    "unknown-category": (_color_by_name,),
    "bad-color": (_channels,),
    "reward-shares": (_share,),
    "instruction-mismatch": (_format_string, _instruction),
    "instruction-about-another": (_instruction,),
    "not-instructed": (_instruction,),
    "outside": (_free_place,),
    "overlap": (_free_place,),
    "unstable": (_free_place,),
    "already-reached": (_free_place,),
    "goal-already-reached": (_free_place,),
    "floating-target": (_lower,),
}
