"""The static check: what can be said about a task program without running it, with line numbers.

Two questions: does it reach for something that a task must not touch (`sim/reach.py`), and does it use names that do
not exist (here)? The check is a filter that gives fast, clear answers; what keeps the machine safe is the process that
the program runs in.
"""

from __future__ import annotations

import ast
import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from sim.catalogue import find_asset
from sim.errors import TaskError, did_you_mean
from sim.layout import Rules
from sim.program import Program, defined, dotted, finding, imported, last_name
from sim.published import is_published
from sim.reach import REACHING
from sim.verdict import Diagnostic, source_line

MAX_BYTES = 64_000
MAX_DEPTH = 60


def parse(source: str) -> tuple[ast.Module, ast.ClassDef] | Diagnostic:
    """The syntax tree and the task class, or what is wrong."""
    if len(source.encode("utf-8", "replace")) > MAX_BYTES:
        return _unread("too-large", f"{len(source):,} characters", "a task is a short class: keep it under 64 kB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the candidate's style is not the user's business
            tree = ast.parse(source)
        if _depth(tree) > MAX_DEPTH:
            return _unread("not-python", "nested too deeply", "write it flatter")
    except SyntaxError as error:
        return _unread("not-python", error.msg or "syntax error", "mend the syntax", error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        return _unread("not-python", str(error) or "nested too deeply", "send Python source text")
    classes = task_classes(tree)
    if not classes:
        return _unread("no-task-class", "no class is derived from Task", "write `class MyTask(Task):`")
    if len(classes) > 1 and is_published(tree):
        classes = _originals(tree) or classes
    if len(classes) > 1:
        names = ", ".join(item.name for item in classes)
        return _unread("several-task-classes", f"several task classes: {names}", "keep one", classes[1].lineno)
    return tree, classes[0]


def task_classes(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes derived from Task that no other class of the file derives from."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    tasks = {"Task"}
    for name, node in classes.items():
        if any(last_name(base) in tasks for base in node.bases):
            tasks.add(name)
    bases = {last_name(base) for node in classes.values() for base in node.bases}
    return [node for name, node in classes.items() if name in tasks and name not in bases]


def _originals(tree: ast.Module) -> list[ast.ClassDef]:
    """The complete tasks that derive from Task itself: of CLIPort's files, the one that the others are variants of."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    direct = [node for node in classes if any(last_name(base) == "Task" for base in node.bases)]
    return [node for node in direct if any("reset" in defined(item) for item in node.body)]


def screen(tree: ast.Module, task_class: ast.ClassDef, source: str, rules: Rules = "strict") -> list[Diagnostic]:
    """Every static finding, in the order of lines, each with its source line; warnings are findings too."""
    program = Program(tree, task_class)
    checks = (*REACHING, *NAMING, *((_shares,) if rules == "strict" else ()))
    findings = sorted((found for check in checks for found in check(program)), key=lambda item: item.line or 0)
    return [item.model_copy(update={"source": source_line(source, item.line)}) for item in findings[:50]]


# -- names: each check takes the program, and yields findings --------------------------------------------------------


def _variants(program: Program) -> Iterator[Diagnostic]:
    others = [item.name for item in task_classes(program.tree) if item is not program.task_class]
    if others:
        message = f"{program.task_class.name} is read; its variants are not: {', '.join(others)}"
        warning = finding("variant-classes", message, "keep one task class in a file", program.task_class.lineno)
        yield warning.model_copy(update={"severity": "warning"})


def _assets(program: Program) -> Iterator[Diagnostic]:
    composed = (ast.JoinedStr, ast.BinOp, ast.Attribute)  # f"{a}b", "a" + "b", "a{}".format(b)
    nodes = list(ast.walk(program.tree))
    parts = {part for node in nodes if isinstance(node, composed) for part in ast.iter_child_nodes(node)}
    for node in nodes:
        if node in parts or not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue  # a name that is put together is checked when the task is laid out
        if node.value.endswith(".urdf") and not {"{", "%"} & set(node.value):
            yield from _caught(lambda value=node.value: find_asset(value), node.lineno)  # type: ignore[misc]


def _colors(program: Program) -> Iterator[Diagnostic]:
    nodes, known = list(ast.walk(program.tree)), program.interface.colors
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    palettes = {"colors", "COLORS"} - own
    for node in nodes:
        given: ast.expr | None = None
        if isinstance(node, ast.Subscript) and last_name(node.value) in palettes:
            given = node.slice
        elif isinstance(node, ast.keyword) and node.arg == "color":
            given = node.value
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value not in known:
            hint = did_you_mean(given.value, known)
            yield finding("unknown-color", f"no colour {given.value!r}", hint, given.lineno, given=given.value)


def _methods(program: Program) -> Iterator[Diagnostic]:
    interface, modules = program.interface, imported(program.tree)
    bodies = [item.body for item in ast.walk(program.tree) if isinstance(item, ast.ClassDef)]
    own = {name for body in bodies for node in body for name in defined(node)} | _assigned(program.tree)
    owners: dict[str, type] = {"self": interface.task, "env": interface.env}
    known = {"self": _public(interface.task) | own, "env": _public(interface.env)}
    for node in ast.walk(program.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, name = node.func.value, node.func.attr
        if foreign := interface.foreign.get(dotted(owner, modules)):
            yield from _keywords(node, vars(foreign).get(name))
        elif not (isinstance(owner, ast.Name) and owner.id in known) or name.startswith("_"):
            continue
        elif name not in known[owner.id]:
            hint = did_you_mean(name, known[owner.id])
            yield finding("unknown-method", f"no method {owner.id}.{name}", hint, node.lineno, given=name)
        elif name not in own:
            yield from _keywords(node, getattr(owners[owner.id], name, None))


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
            message = f"{function.__name__} takes no {keyword.arg!r}"
            yield finding("unknown-keyword", message, hint, keyword.value.lineno, given=keyword.arg)


def _shares(program: Program) -> Iterator[Diagnostic]:
    """Shares that are constants, in calls outside of loops, have to sum to 1."""
    nodes = list(ast.walk(program.tree))
    repeated = {
        inner
        for node in nodes
        if isinstance(node, (ast.For, ast.While, ast.If, ast.ListComp, ast.FunctionDef))
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and not (isinstance(node, ast.FunctionDef) and node.name == "reset")
    }
    calls = [node for node in nodes if isinstance(node, ast.Call) and last_name(node.func) == "add_goal"]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "step_max_reward"]
    if not calls or len(given) != len(calls) or repeated & set(calls):
        return
    values = [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))]
    values = [min(value, 1e6) for value in values]  # a whole number may be too large for a float
    if len(values) == len(calls) and not math.isclose(sum(values), 1.0, abs_tol=1e-3):
        message = f"the goals' step_max_reward sum to {sum(values):g}"
        yield finding("reward-shares", message, "they have to sum to 1", given[-1].lineno)


NAMING: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (_variants, _assets, _colors, _methods)


# -- helpers ---------------------------------------------------------------------------------------------------------


def _unread(code: str, message: str, hint: str, line: int | None = None) -> Diagnostic:
    return finding(code, message, hint, line, stage="parse")


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


def _depth(tree: ast.AST) -> int:
    level, nodes = 0, [tree]
    while nodes:
        level += 1
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return level
