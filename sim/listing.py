"""A candidate's program as a listing: which argument a call at a line is given, and where a value was written down."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from sim import geometry
from sim.builder import LayoutBuilder
from sim.program import MAX_BYTES, last_name
from sim.syntax import syntax_tree
from sim.task import Task

STEPS = 4  # assignments that are followed to where a value was written


@dataclass(frozen=True)
class Place:
    """A value in a program.

    Attributes:
        node: The expression.
        before: What stands before it on its line, and makes it the only one of its kind: `matches=`.
    """

    node: ast.expr
    before: str = ""

    @property
    def line(self) -> int:
        """Its line."""
        return self.node.lineno


class Listing:
    """A candidate's program, to be looked up by line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = syntax_tree(source)
        self.nodes = list(ast.walk(self.tree))

    def of(self, node: ast.AST) -> str:
        """An expression as it is written; nothing when it goes over several lines."""
        segment = ast.get_source_segment(self.source, node) or ""
        return "" if "\n" in segment else segment

    @functools.cached_property
    def _calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @functools.cached_property
    def _spans(self) -> list[tuple[int, int]]:
        statements = [node for node in self.nodes if isinstance(node, ast.stmt)]
        return [(item.lineno, item.end_lineno or item.lineno) for item in statements]

    def calls(self, line: int) -> list[ast.Call]:
        """The calls that begin at a line, or, when none does, those that go over it; the innermost first."""
        over = [call for call in self._calls if call.lineno <= line <= (call.end_lineno or call.lineno)]
        begun = [call for call in over if call.lineno == line]
        return sorted(begun or over, key=lambda call: len(ast.unparse(call)))

    def argument(self, line: int, name: str) -> Place | None:
        """What a call at a line is given for one of our functions' parameters."""
        for call in self.calls(line):
            for keyword in call.keywords:
                if keyword.arg == name:
                    return Place(keyword.value, f"{name}=")
            names = parameters().get(last_name(call.func), ())
            plain = not any(isinstance(item, ast.Starred) for item in call.args)
            if plain and name in names[: len(call.args)]:
                place = names.index(name)
                return Place(call.args[place], self._before(call, place))
        return None

    def _before(self, call: ast.Call, place: int) -> str:
        """What stands on the same line before a positional argument: the argument before it."""
        before, node = call.args[place - 1] if place else call.func, call.args[place]
        return f"{self.of(before)}{', ' if place else '('}" if before.end_lineno == node.lineno else ""

    def attribute(self, name: str) -> Place | None:
        """What an attribute of the task, such as `max_steps`, is set to; the last time that it is."""
        found = [Place(value, f"{name} = ") for target, value in self.assignments() if last_name(target) == name]
        return found[-1] if found else None

    def assignments(self) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Every plain assignment: to what, and what."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                yield node.targets[0], node.value
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                yield node.target, node.value

    def reads(self, name: str) -> int:
        """How often a name is read."""
        names = (node for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        return sum(node.id == name for node in names)

    def function(self, node: ast.AST) -> ast.FunctionDef | None:
        """The innermost function that a node stands in."""
        functions = [item for item in self.nodes if isinstance(item, ast.FunctionDef)]
        line = getattr(node, "lineno", 0)
        around = [item for item in functions if item.lineno <= line <= (item.end_lineno or item.lineno)]
        return max(around, key=lambda item: item.lineno, default=None)

    def written(self, place: Place) -> Place:
        """Where a value was written down: a name is followed to its only assignment, a list of one to its item."""
        for _ in range(STEPS):
            node = place.node
            if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
                place = Place(node.elts[0], place.before)
            elif isinstance(node, ast.Name) and (found := self._assigned(node)):
                place = found
            else:
                break
        return place

    def _assigned(self, name: ast.Name) -> Place | None:
        scope = self.function(name) or self.tree
        inside = set(ast.walk(scope))
        stores = [node for node in inside if isinstance(node, ast.Name) and node.id == name.id]
        stores = [node for node in stores if isinstance(node.ctx, ast.Store)]
        values = [value for target, value in self.assignments() if target in stores]
        return Place(values[0], f"{name.id} = ") if len(stores) == len(values) == 1 else None

    def replacing(self, place: Place, new: str, line: int) -> str:
        """The hint to write something else at a place, for a finding about a line."""
        old = self.of(place.node)
        where = "" if line <= place.line <= self._ends(line) else f" in line {place.line}"
        return f"replace `{place.before}{old}` by `{place.before}{new}`{where}" if old and old != new else ""

    def statement(self, line: int) -> str:
        """The innermost statement that goes over a line, as it is written, from this line on."""
        end = self._ends(line)
        return "\n".join(self.source.split("\n")[line - 1 : end])

    def _ends(self, line: int) -> int:
        """Where the innermost statement that goes over a line ends."""
        around = [(end - start, end) for start, end in self._spans if start <= line <= end]
        return min(around, default=(0, line))[1]


@functools.cache
def parameters() -> dict[str, tuple[str, ...]]:
    """The parameters of what a task calls, by the functions' names."""
    known = {name: getattr(owner, name) for owner in (geometry, Task, LayoutBuilder) for name in dir(owner)}
    return {
        name: tuple(item for item in inspect.signature(function).parameters if item != "self")
        for name, function in known.items()
        if inspect.isfunction(function)
    }


@functools.lru_cache(maxsize=8)
def listing(source: str) -> Listing | None:
    """The program of a source; None when it is none, or too large to be looked at."""
    if len(source) > MAX_BYTES:
        return None
    try:
        return Listing(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
