"""A candidate's syntax tree, and the interface that it is written in: ours, or that of published files."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sim.builder import LayoutBuilder
from sim.palette import COLORS
from sim.published import is_published, modules
from sim.published.scene import PublishedScene
from sim.published.task import PublishedTask
from sim.published.utilities import COLORS as PUBLISHED_COLORS
from sim.task import Task
from sim.verdict import Diagnostic

MAX_BYTES = 64_000  # of a program
JUDGING = frozenset(["reward", "done", "oracle", "step", "success", "is_match", "get_true_image"])
OURS_ONLY = frozenset(["added", "conclude", "free_curve", "free_pose", "is_free", "tie", "warn"])
OWN_METHODS = frozenset(["reset", "__init__"])


@dataclass(frozen=True)
class Interface:
    """What a task program is written against.

    Attributes:
        task: Its base class.
        env: What `reset` is given.
        colors: Names of the colours.
        reserved: Methods that a task may not override.
        foreign: Modules that are no real ones, by name.
    """

    task: type[Task]
    env: type[LayoutBuilder]
    colors: Collection[str]
    reserved: frozenset[str]
    foreign: Mapping[str, ModuleType] = field(default_factory=dict)


OURS = Interface(
    task=Task,
    env=LayoutBuilder,
    colors=COLORS,
    reserved=JUDGING | {name for name in dir(Task) if callable(getattr(Task, name))} - OWN_METHODS,
)


@functools.cache
def published() -> Interface:
    """The interface of published files; they write helpers such as `get_colors` themselves."""
    return Interface(
        task=PublishedTask,
        env=PublishedScene,
        colors=PUBLISHED_COLORS,
        reserved=JUDGING | {"add_goal", "conclude"},
        foreign=modules(PublishedScene(0)),
    )


@dataclass(frozen=True)
class Program:
    """A program that could be parsed."""

    tree: ast.Module
    task_class: ast.ClassDef

    @functools.cached_property
    def interface(self) -> Interface:
        """What it is written against."""
        return published() if is_published(self.tree) else OURS

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of its tree: every check looks at them."""
        return tuple(ast.walk(self.tree))

    @functools.cached_property
    def imported(self) -> dict[str, str]:
        """What it calls the things that it imports, and what they are: `{"np": "numpy", "Task": "sim.Task"}`."""
        names: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    root = alias.name.split(".")[0]
                    names[alias.asname or root] = alias.name if alias.asname else root
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return names

    def lineage(self) -> list[ast.ClassDef]:
        """The task class and the classes of the file that it derives from."""
        classes = {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}
        found = {self.task_class.name: self.task_class}
        for item in (waiting := [self.task_class]):
            bases = {
                name: classes[name] for name in map(last_name, item.bases) if name in classes and name not in found
            }
            found |= bases
            waiting.extend(bases.values())
        return list(found.values())


def offered(kind: type) -> list[str]:
    """The methods of the task's base class, or of `env`, that a task program is meant to call."""
    return [
        name
        for name in dir(kind)
        if not name.startswith("_") and callable(getattr(kind, name)) and name not in OURS_ONLY
    ]


def finding(
    code: str, message: str, hint: str, line: int | None = None, stage: str = "screen", **values: Any
) -> Diagnostic:
    """What the static check says, about a line."""
    return Diagnostic(code=code, stage=stage, line=line, message=message, hint=hint, values=values)


def defined(node: ast.stmt) -> set[str]:
    """The names that a statement of a class's body defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {node.name}
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}


def last_name(node: ast.expr) -> str:
    """`Task` for the expressions `Task` and `sim.Task`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.expr, modules: Mapping[str, str]) -> str:
    """`numpy.random` for the expression `np.random`; empty when it does not start at a module."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, "")
    owner = dotted(node.value, modules) if isinstance(node, ast.Attribute) else ""
    return f"{owner}.{node.attr}" if owner and isinstance(node, ast.Attribute) else ""
