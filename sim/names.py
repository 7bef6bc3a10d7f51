"""The second part of the static check: does a program use names that do not exist, or call what exists wrongly?

Only what is certain is said: a name that is put together while running is checked when the task is laid out.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from sim.catalogue import find_asset
from sim.errors import TaskError, did_you_mean, nearest_names
from sim.palette import color_hint
from sim.program import Program, defined, dotted, finding, last_name, offered
from sim.verdict import Diagnostic

MOST_NAMES = 200  # that a name is compared with
BUILTINS = frozenset(dir(builtins)) | {"__name__"}
# Where names that tasks use come from: in our interface, and in that of published files.
HOMES = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "random": "import random",
    "itertools": "import itertools",
    "Task": "from sim import Task",
    "colors": "from sim import colors",
    "apply": "from sim.geometry import apply",
    "multiply": "from sim.geometry import multiply",
    "yaw_quaternion": "from sim.geometry import yaw_quaternion",
}
PUBLISHED_HOMES = {
    **{name: home for name, home in HOMES.items() if "sim" not in home},
    "Task": "from cliport.tasks.task import Task",
    "utils": "from cliport.utils import utils",
    "p": "import pybullet as p",
    "os": "import os",
    "primitives": "from cliport.tasks import primitives",
    "Spatula": "from cliport.tasks.grippers import Spatula",
}


def _assets(program: Program) -> Iterator[Diagnostic]:
    composed = (ast.JoinedStr, ast.BinOp, ast.Attribute)  # f"{a}b", "a" + "b", "a{}".format(b)
    nodes = program.nodes
    parts = {part for node in nodes if isinstance(node, composed) for part in ast.iter_child_nodes(node)}
    joins = [node for node in nodes if isinstance(node, ast.Call) and last_name(node.func) == "join"]  # os.path.join
    parts |= {part for node in joins for argument in node.args for part in ast.walk(argument)}
    for node in nodes:
        if node in parts or not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue  # a name that is put together is checked when the task is laid out
        if node.value.endswith(".urdf") and not {"{", "%"} & set(node.value):
            yield from _caught(lambda value=node.value: find_asset(value), node.lineno)  # type: ignore[misc]


def _colors(program: Program) -> Iterator[Diagnostic]:
    nodes, known = program.nodes, program.interface.colors
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    palettes = {"colors", "COLORS"} - own
    for node in nodes:
        given: ast.expr | None = None
        if isinstance(node, ast.Subscript) and last_name(node.value) in palettes:
            given = node.slice
        elif isinstance(node, ast.keyword) and node.arg == "color":
            given = node.value
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value not in known:
            hint = color_hint(given.value, known)
            yield finding("unknown-color", f"no colour {given.value!r}", hint, given.lineno, given=given.value)


def _methods(program: Program) -> Iterator[Diagnostic]:
    interface, modules = program.interface, program.imported
    bodies = [item.body for item in program.nodes if isinstance(item, ast.ClassDef)]
    own = {name for body in bodies for node in body for name in defined(node)} | _assigned(program.tree)
    owners: dict[str, type] = {"self": interface.task, "env": interface.env}
    known = {"self": _public(interface.task) | own, "env": _public(interface.env)}
    for node in program.nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, name = node.func.value, node.func.attr
        if foreign := interface.foreign.get(dotted(owner, modules)):
            yield from _keywords(node, vars(foreign).get(name))
        elif not (isinstance(owner, ast.Name) and owner.id in known) or name.startswith("_"):
            continue
        elif name not in known[owner.id]:
            names = set(offered(owners[owner.id])) | (own if owner.id == "self" else set())
            hint = did_you_mean(name, names, _of_one_verb(name, names))
            yield finding("unknown-method", f"no method {owner.id}.{name}", hint, node.lineno, given=name)
        elif name not in own:
            yield from _keywords(node, getattr(owners[owner.id], name, None))


def _of_one_verb(name: str, known: set[str]) -> dict[str, str]:
    """For `add_cylinder` the one function that adds: `add_object`."""
    verb = name.split("_")[0] + "_"
    same = [item for item in known if item.startswith(verb)]
    return {name: same[0]} if "_" in name and len(same) == 1 else {}


def _only_keyword(call: ast.Call, keyword: ast.keyword) -> str:
    """A keyword argument as it is written, with the comma before it, when it follows another on one line."""
    before = [*call.args, *(item.value for item in call.keywords)]
    place = before.index(keyword.value)
    return f", {ast.unparse(keyword)}" if place and before[place - 1].end_lineno == keyword.lineno else ""


def _keywords(call: ast.Call, function: Any) -> Iterator[Diagnostic]:
    if not inspect.isroutine(function):
        return
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    names = [name for name in parameters if name != "self"]
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in names:
            hint = did_you_mean(keyword.arg, names)
            if not nearest_names(keyword.arg, names) and (written := _only_keyword(call, keyword)):
                hint = f"{hint}; delete `{written}`"
            message = f"{function.__name__} takes no {keyword.arg!r}"
            yield finding("unknown-keyword", message, hint, keyword.value.lineno, given=keyword.arg)


def undefined(program: Program) -> Iterator[Diagnostic]:
    """Names that are read and that nothing in the program gives a value, each once."""
    nodes = program.nodes
    known = set(program.imported) | {name for node in nodes for name in _bound(node)}
    if "*" in known:
        return
    homes = PUBLISHED_HOMES if program.interface.foreign else HOMES
    calls = [node.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    seeding = {call.lineno for call in calls if last_name(call.func) == "seed"}
    told, choice = set(BUILTINS), sorted(known)[:MOST_NAMES]
    for node in nodes:
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or node.id in known | told:
            continue
        if node.id.startswith("__"):
            continue  # that is for `sim/reach.py`
        told.add(node.id)
        near = _of_one_kind(node.id, known) + nearest_names(node.id, choice)
        hint = "give it a value before it is read"
        if near:
            hint = f"did you mean {' or '.join(map(repr, dict.fromkeys(near)))}?"
        owner = "self" if hasattr(program.interface.task, node.id) else "env"
        if hasattr(program.interface.task, node.id) or hasattr(program.interface.env, node.id):
            hint = f"replace `{node.id}(` by `{owner}.{node.id}(`"
        elif node.lineno in seeding:
            hint = "chance is seeded from the episode's seed: delete this line"
        elif node.id in homes:
            hint = f"add `{homes[node.id]}` at the top"
        yield finding("undefined-name", f"{node.id!r} is not defined", hint, node.lineno, given=node.id)


def _of_one_kind(name: str, known: set[str]) -> list[str]:
    """For `container_size` the plain `size`: a name's last word tells what kind of thing it is."""
    last = name.rsplit("_", 1)[-1]
    return [last] if last != name and last in known else []


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a value, in whatever scope."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def arguments(program: Program) -> Iterator[Diagnostic]:
    """Calls of the interface's functions that lack an argument, or have one too many."""
    own = {node.name for node in program.nodes if isinstance(node, ast.FunctionDef)}
    owners: dict[str, type] = {"self": program.interface.task, "env": program.interface.env}
    for call in program.nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr not in own:
            owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
            function = getattr(owners[owner], call.func.attr, None) if owner in owners else None
            if inspect.isfunction(function):
                yield from _unbound(call, function)


def _unbound(call: ast.Call, function: Any) -> Iterator[Diagnostic]:
    signature, keywords = inspect.signature(function), {str(item.arg): item for item in call.keywords}
    starred = "None" in keywords or any(isinstance(item, ast.Starred) for item in call.args)
    if starred or not set(keywords) <= set(signature.parameters):
        return  # unknown keywords are told of above
    try:
        signature.bind(None, *call.args, **keywords)  # None: self
    except TypeError as error:
        name, parameters = function.__name__, [item for item in signature.parameters if item != "self"]
        hint = f"it is {name}({', '.join(parameters)})"
        given = {*keywords, *(item.id for item in call.args if isinstance(item, ast.Name))}
        if parameters[:1] == ["env"] and "env" not in given:
            hint = f"replace `{name}(` by `{name}(env, `"
        elif "env" in given and "env" not in parameters:
            hint = f"{hint}: delete `env,`"
        yield finding("wrong-arguments", f"{name}: {error}", hint, call.lineno, given=name)


NAMING: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (_assets, _colors, _methods, undefined)


def _caught(check: Callable[[], object], line: int) -> Iterator[Diagnostic]:
    try:
        check()
    except TaskError as error:
        yield finding(error.code, error.message, error.remedy, line, **error.values)


def _public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")} | {"rng", "objects", "warnings"}


def _assigned(tree: ast.Module) -> set[str]:
    """Attributes that the program sets on self."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and last_name(node.value) == "self"
    }
