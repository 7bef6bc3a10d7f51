"""The static check: what can be said about a task program without running it, with line numbers.

Two questions: does it reach for something that a task must not touch, and does it use names that do not exist? The
check is a filter that gives fast, clear answers; what keeps the machine safe is the process that the program runs in.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from sim.builder import LayoutBuilder
from sim.catalogue import find_asset
from sim.errors import TaskError, did_you_mean
from sim.palette import COLORS
from sim.task import Task
from sim.verdict import Diagnostic, source_line

MAX_BYTES = 64_000
MAX_DEPTH = 60
ALLOWED_MODULES = (
    "__future__",
    "collections",
    "copy",
    "dataclasses",
    "functools",
    "itertools",
    "math",
    "numpy",
    "random",
    "sim",
    "sim.palette",
    "sim.geometry",
    "sim.layout",
    "sim.task",
    "string",
    "typing",
)
FORBIDDEN_NAMES = frozenset(
    [
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "exit",
        "getattr",
        "globals",
        "help",
        "input",
        "locals",
        "memoryview",
        "open",
        "quit",
        "setattr",
        "vars",
    ]
)
# Doors out of the modules that a task may import: files, foreign code, other modules.
FORBIDDEN_ATTRIBUTES = frozenset(
    [
        "ctypeslib",
        "distutils",
        "f2py",
        "fromfile",
        "genfromtxt",
        "load",
        "loadtxt",
        "memmap",
        "os",
        "save",
        "savetxt",
        "savez",
        "savez_compressed",
        "subprocess",
        "sys",
        "testing",
        "tofile",
        "f_globals",
        "f_locals",
        "f_back",
        "f_builtins",
        "gi_frame",
        "cr_frame",
        "tb_frame",
        "as_strided",
        "cffi",
        "ctypes",
        "DataSource",
        "dump",
        "ForwardRef",
        "Formatter",
        "fromregex",
        "get_field",
        "get_type_hints",
        "open_memmap",
        "parse_file",
        "parse_raw",
        "pickle",
        "update_wrapper",
        "wraps",
    ]
)
OPEN_MODULES = frozenset([*ALLOWED_MODULES, "numpy.fft", "numpy.linalg", "numpy.polynomial", "numpy.random"])
SIM_NAMES = frozenset(["Goal", "Layout", "LayoutBuilder", "Task", "colors", "geometry", "layout", "palette", "task"])
ALLOWED_DUNDERS = frozenset(["__init__", "__name__", "__doc__"])
OWN_METHODS = frozenset(["reset", "__init__"])


def parse(source: str) -> tuple[ast.Module, ast.ClassDef] | Diagnostic:
    """The syntax tree and the task class, or what is wrong."""
    if len(source.encode("utf-8", "replace")) > MAX_BYTES:
        return _finding(
            "too-large", "parse", f"{len(source):,} characters", "a task is a short class: keep it under 64 kB"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the candidate's style is not the user's business
            tree = ast.parse(source)
        if _depth(tree) > MAX_DEPTH:
            return _finding("not-python", "parse", "nested too deeply", "write it flatter")
    except SyntaxError as error:
        return _finding("not-python", "parse", error.msg or "syntax error", "mend the syntax", error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        return _finding("not-python", "parse", str(error) or "nested too deeply", "send Python source text")
    classes = task_classes(tree)
    if not classes:
        return _finding("no-task-class", "parse", "no class is derived from Task", "write `class MyTask(Task):`")
    if len(classes) > 1:
        names = ", ".join(item.name for item in classes)
        return _finding(
            "several-task-classes", "parse", f"several task classes: {names}", "keep one", classes[1].lineno
        )
    return tree, classes[0]


def task_classes(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes derived from Task that no other class of the file derives from."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    tasks = {"Task"}
    for name, node in classes.items():
        if any(_last_name(base) in tasks for base in node.bases):
            tasks.add(name)
    bases = {_last_name(base) for node in classes.values() for base in node.bases}
    return [node for name, node in classes.items() if name in tasks and name not in bases]


def screen(tree: ast.Module, task_class: ast.ClassDef, source: str) -> list[Diagnostic]:
    """Every static finding, in the order of lines, each with its source line."""
    findings = [finding for check in CHECKS for finding in check(tree, task_class)]
    placed = [item.model_copy(update={"source": source_line(source, item.line)}) for item in findings]
    return sorted(placed, key=lambda item: item.line or 0)[:50]


# -- checks: each takes the tree and the task class, and yields findings ---------------------------------------------


def _imports(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
        else:
            continue
        for module in modules:
            if module not in ALLOWED_MODULES:
                hint = "a task may import " + ", ".join(name for name in ALLOWED_MODULES if name != "__future__")
                yield _finding("forbidden-import", "screen", f"import of {module!r}", hint, node.lineno, given=module)


def _reaching_out(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    for node in ast.walk(tree):
        names, forbidden, private = [], FORBIDDEN_ATTRIBUTES, False
        if isinstance(node, ast.Attribute):
            names, private = [node.attr], not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
        elif isinstance(node, ast.Name):
            names, forbidden = [node.id], FORBIDDEN_NAMES
        elif isinstance(node, ast.MatchClass):
            names, private = node.kwd_attrs, True
        elif isinstance(node, ast.ImportFrom) and node.module in ALLOWED_MODULES:
            names, private = [alias.name for alias in node.names], True
        for name in names:
            reserved = _is_dunder(name) or (private and name.startswith("_"))
            if name in forbidden or (reserved and name not in ALLOWED_DUNDERS):
                yield _out_of_bounds(f"use of {name!r}", node.lineno, name)  # type: ignore[attr-defined]


def _doors(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    """What a module that a task may import leads to: other modules, and our own machinery."""
    modules: dict[str, str] = {}  # what the program calls them, and what they are
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                modules[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and node.module in ALLOWED_MODULES:
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                if not _is_open(node.module, alias.name):
                    given = f"{node.module}.{alias.name}"
                    yield _out_of_bounds(f"import of {given!r}", node.lineno, given)
    modules = {name: path for name, path in modules.items() if path in OPEN_MODULES}
    owners = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = _dotted(node.value, modules)
            if owner in OPEN_MODULES and not _is_open(owner, node.attr):
                yield _out_of_bounds(f"use of '{owner}.{node.attr}'", node.lineno, f"{owner}.{node.attr}")
        elif isinstance(node, ast.Name) and node.id in modules and node not in owners:
            yield _out_of_bounds(f"use of the module {node.id!r} as a value", node.lineno, node.id)


def _is_open(module: str, member: str) -> bool:
    """Whether a task may take this member of a module: no other modules, and of ours only what tasks are written in."""
    if member == "*" or module == "sim":
        return member in SIM_NAMES
    value = vars(importlib.import_module(module)).get(member)
    if isinstance(value, ModuleType):
        return f"{module}.{member}" in OPEN_MODULES
    return not module.startswith("sim.") or getattr(value, "__module__", module) in (module, "builtins", "typing")


def _dotted(node: ast.expr, modules: dict[str, str]) -> str:
    """`numpy.random` for the expression `np.random`; empty when it does not start at a module."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, "")
    owner = _dotted(node.value, modules) if isinstance(node, ast.Attribute) else ""
    return f"{owner}.{node.attr}" if owner and isinstance(node, ast.Attribute) else ""


def _out_of_bounds(message: str, line: int, given: str) -> Diagnostic:
    hint = "a task lays out a scene; it needs no files, processes or interpreter internals"
    return _finding("forbidden-name", "screen", message, hint, line, given=given)


def _overrides(tree: ast.Module, task_class: ast.ClassDef) -> Iterator[Diagnostic]:
    reserved = {name for name in dir(Task) if callable(getattr(Task, name))} - OWN_METHODS
    reserved |= {"reward", "done", "oracle", "step", "success", "is_match", "get_true_image"}
    for node in (node for item in _lineage(tree, task_class) for node in item.body):
        for name in _defined(node) & reserved:
            hint = "a task lays out; override reset only, and give helper methods names of their own"
            yield _finding("override", "screen", f"{name} is not a task's to override", hint, node.lineno)


def _assets(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    composed = (ast.JoinedStr, ast.BinOp, ast.Attribute)  # f"{a}b", "a" + "b", "a{}".format(b)
    parts = {part for node in ast.walk(tree) if isinstance(node, composed) for part in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if node in parts:
            continue  # a name that is put together is checked when the task is laid out
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".urdf"):
            yield from _caught(lambda value=node.value: find_asset(value), node.lineno)  # type: ignore[misc]


def _colors(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    for node in ast.walk(tree):
        given: ast.expr | None = None
        if isinstance(node, ast.Subscript) and _last_name(node.value) in ("colors", "COLORS"):
            given = node.slice
        elif isinstance(node, ast.keyword) and node.arg == "color":
            given = node.value
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value not in COLORS:
            hint = did_you_mean(given.value, COLORS)
            yield _finding(
                "unknown-color", "screen", f"no colour {given.value!r}", hint, given.lineno, given=given.value
            )


def _methods(tree: ast.Module, task_class: ast.ClassDef) -> Iterator[Diagnostic]:
    bodies = [item.body for item in ast.walk(tree) if isinstance(item, ast.ClassDef)]
    own = {name for body in bodies for node in body for name in _defined(node)} | _assigned(tree)
    known = {"self": {name for name in dir(Task) if not name.startswith("_")} | own, "env": _public(LayoutBuilder)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, name = node.func.value, node.func.attr
        if not (isinstance(owner, ast.Name) and owner.id in known) or name.startswith("_"):
            continue
        if name not in known[owner.id]:
            hint = did_you_mean(name, known[owner.id])
            yield _finding("unknown-method", "screen", f"no method {owner.id}.{name}", hint, node.lineno, given=name)
        elif name not in own:
            yield from _keywords(node, getattr(Task if owner.id == "self" else LayoutBuilder, name, None))


def _keywords(call: ast.Call, function: Any) -> Iterator[Diagnostic]:
    if not callable(function):
        return
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in names:
            hint = did_you_mean(keyword.arg, names)
            message = f"{function.__name__} takes no {keyword.arg!r}"
            yield _finding("unknown-keyword", "screen", message, hint, keyword.value.lineno, given=keyword.arg)


def _shares(tree: ast.Module, _: ast.ClassDef) -> Iterator[Diagnostic]:
    """Shares that are constants, in calls outside of loops, have to sum to 1."""
    repeated = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.For, ast.While, ast.If, ast.ListComp, ast.FunctionDef))
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and not (isinstance(node, ast.FunctionDef) and node.name == "reset")
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _last_name(node.func) == "add_goal"]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "step_max_reward"]
    if not calls or len(given) != len(calls) or repeated & set(calls):
        return
    values = [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))]
    values = [min(value, 1e6) for value in values]  # a whole number may be too large for a float
    if len(values) == len(calls) and not math.isclose(sum(values), 1.0, abs_tol=1e-3):
        message = f"the goals' step_max_reward sum to {sum(values):g}"
        yield _finding("reward-shares", "screen", message, "they have to sum to 1", given[-1].lineno)


CHECKS: tuple[Callable[[ast.Module, ast.ClassDef], Iterator[Diagnostic]], ...] = (
    _imports,
    _reaching_out,
    _doors,
    _overrides,
    _assets,
    _colors,
    _methods,
    _shares,
)


# -- helpers ---------------------------------------------------------------------------------------------------------


def _finding(code: str, stage: str, message: str, hint: str, line: int | None = None, **values: Any) -> Diagnostic:
    return Diagnostic(code=code, stage=stage, line=line, message=message, hint=hint, values=values)


def _caught(check: Callable[[], object], line: int) -> Iterator[Diagnostic]:
    try:
        check()
    except TaskError as error:
        yield _finding(error.code, "screen", error.message, error.remedy, line, **error.values)


def _lineage(tree: ast.Module, task_class: ast.ClassDef) -> list[ast.ClassDef]:
    """The task class and the classes of the file that it derives from."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found = {task_class.name: task_class}
    for item in (waiting := [task_class]):
        bases = {name: classes[name] for name in map(_last_name, item.bases) if name in classes and name not in found}
        found |= bases
        waiting.extend(bases.values())
    return list(found.values())


def _defined(node: ast.stmt) -> set[str]:
    """The names that a statement of a class's body defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {node.name}
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_dunder(name: str) -> bool:
    return name.startswith("__")


def _public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")} | {"rng", "objects", "warnings"}


def _assigned(tree: ast.Module) -> set[str]:
    """Attributes that the program sets on self."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _last_name(node.value) == "self"
    }


def _depth(tree: ast.AST) -> int:
    level, nodes = 0, [tree]
    while nodes:
        level += 1
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return level
