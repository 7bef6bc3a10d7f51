"""The static check: what can be said about a task program without running it, with line numbers.

Three questions: does it reach for something that a task must not touch (`sim/reach.py`), does it use names that do not
exist (`sim/names.py`), and has it the shape of a task (`sim/shape.py`)? The check is a filter that gives fast, clear
answers; what keeps the machine safe is the process that the program runs in.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Iterator

from sim.blame import pointed
from sim.layout import Rules
from sim.names import NAMING, arguments
from sim.program import MAX_BYTES, Program, defined, finding, last_name
from sim.published import is_published
from sim.reach import REACHING
from sim.shape import SHAPING
from sim.syntax import mended, syntax_tree
from sim.verdict import Diagnostic

MAX_DEPTH = 60
MOST_FINDINGS = 50


def parse(source: str) -> tuple[ast.Module, ast.ClassDef] | Diagnostic:
    """The syntax tree and the task class, or what is wrong."""
    if len(source.encode("utf-8", "replace")) > MAX_BYTES:
        return _unread("too-large", f"{len(source):,} characters", "a task is a short class: keep it under 64 kB")
    try:
        tree = syntax_tree(source)
        if _depth(tree) > MAX_DEPTH:
            return _unread("not-python", "nested too deeply", "write it flatter")
    except SyntaxError as error:
        line, message, hint = mended(source, error.lineno, error.msg or "syntax error")
        return _unread("not-python", message, hint, line)
    except (ValueError, RecursionError, MemoryError) as error:
        return _unread("not-python", str(error) or "nested too deeply", "send Python source text")
    classes = own_tasks(tree)
    if not classes:
        meant = next((node for node in _classes(tree) if any("reset" in defined(item) for item in node.body)), None)
        hint = f"write `class {meant.name if meant else 'MyTask'}(Task):`"
        return _unread("no-task-class", "no class is derived from Task", hint, meant.lineno if meant else None)
    if len(classes) > 1:
        names, last = ", ".join(item.name for item in classes), classes[-1]
        hint = f"keep one: delete lines {last.lineno}-{last.end_lineno}, say"
        return _unread("several-task-classes", f"several task classes: {names}", hint, classes[1].lineno)
    return tree, classes[0]


def own_tasks(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes that are each a task to be read: without the variants that published files have of one."""
    classes = task_classes(tree)
    return (_originals(tree) or classes) if len(classes) > 1 and is_published(tree) else classes


def task_classes(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes derived from Task that no other class of the file derives from."""
    classes = {node.name: node for node in _classes(tree)}
    tasks = {"Task"}
    for name, node in classes.items():
        if any(last_name(base) in tasks for base in node.bases):
            tasks.add(name)
    bases = {last_name(base) for node in classes.values() for base in node.bases}
    return [node for name, node in classes.items() if name in tasks and name not in bases]


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _originals(tree: ast.Module) -> list[ast.ClassDef]:
    """The complete tasks that derive from Task itself: of CLIPort's files, the one that the others are variants of."""
    direct = [node for node in _classes(tree) if any(last_name(base) == "Task" for base in node.bases)]
    return [node for node in direct if any("reset" in defined(item) for item in node.body)]


def screen(tree: ast.Module, task_class: ast.ClassDef, source: str, rules: Rules = "strict") -> list[Diagnostic]:
    """Every static finding, in the order of lines, each with its source line; warnings are findings too."""
    program = Program(tree, task_class)
    shares = (_shares,) if rules == "strict" else ()
    checks = (*REACHING, _variants, *NAMING, *SHAPING, *shares, arguments)
    findings = [found for check in checks for found in itertools.islice(check(program), MOST_FINDINGS)]
    findings.sort(key=lambda item: item.line or 0)
    return [pointed(item, source) for item in findings[:MOST_FINDINGS]]


def _variants(program: Program) -> Iterator[Diagnostic]:
    others = [item.name for item in task_classes(program.tree) if item is not program.task_class]
    if others:
        message = f"{program.task_class.name} is read; its variants are not: {', '.join(others)}"
        warning = finding("variant-classes", message, "keep one task class in a file", program.task_class.lineno)
        yield warning.model_copy(update={"severity": "warning"})


def _shares(program: Program) -> Iterator[Diagnostic]:
    """Shares that are constants, in calls outside of loops, have to sum to 1."""
    nodes = program.nodes
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
        largest = max(range(len(calls)), key=lambda number: values[number])
        yield finding(
            "reward-shares",
            message,
            "they have to sum to 1",
            given[largest].lineno,
            argument="step_max_reward",
            goals=len(calls),
            share=float(values[largest]),
            total=float(sum(values)),
        )


# -- helpers ---------------------------------------------------------------------------------------------------------


def _unread(code: str, message: str, hint: str, line: int | None = None) -> Diagnostic:
    return finding(code, message, hint, line, stage="parse")


def _depth(tree: ast.AST) -> int:
    level, nodes = 0, [tree]
    while nodes:
        level += 1
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return level
