"""Mutants of a task program, as program text: the same task in other names, colours, words, places, sizes, order.

Every mutation is made on the syntax tree, without looking at what the program lays out: so what a mutant is does not
depend on the measure that has to recognise it. A mutation that does not apply to a program gives None.
"""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import json
import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.mutant_scenes import changed, distract, reposition, resize
from sim.palette import COLORS
from sim.task import Task

WORDING = Path(__file__).parent / "wording"
WORDS = re.findall(
    r"\w+",
    """
    aspect bit board chunk cue detail element entry figure freight gadget goods item kept lane lot
    member nook parcel part piece point portion post rank section seat site slot spot spread station
    stop store stuff thing token unit value way ware whole
    """,
)
TITLES = ("Exercise", "Practice", "Trial", "Job", "Lesson", "Drill", "Routine", "Round", "Session", "Chore")
KEPT = frozenset(dir(Task)) | frozenset(dir(builtins)) | frozenset(["self", "env", "name", "reset", "primitive"])

Mutation = Callable[[ast.Module, random.Random, str], "ast.Module | None"]


def mutate(name: str, source: str, kinds: Iterable[str], number: int = 0) -> str | None:
    """The program with these mutations, one after the other; None when one of them does not apply.

    Args:
        name: The task's name, by which paraphrases are found.
        source: Its program.
        kinds: Which mutations, of `MUTATIONS`.
        number: Another number gives another mutant.
    """
    tree: ast.Module | None = ast.parse(source)
    for kind in kinds:
        assert tree is not None
        tree = MUTATIONS[kind](copy.deepcopy(tree), random.Random(f"{name}/{kind}/{number}"), name)
        if tree is None:
            return None
    assert tree is not None
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    return None if text == ast.unparse(ast.parse(source)) + "\n" else text


# -- names -----------------------------------------------------------------------------------------------------------


def rename(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """Other names for the class, constants, helpers and variables."""
    imported = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    keywords = {word.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg) and node.arg not in keywords}
    changed = sorted(names - KEPT - imported - {""})
    words = rng.sample(WORDS, len(WORDS))
    new = {old: f"{words[place % len(words)]}{place // len(words) or ''}" for place, old in enumerate(changed)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            new[node.name] = f"{rng.choice(TITLES)}{rng.choice(TITLES)}{rng.randrange(100)}"
        elif isinstance(node, ast.Assign):
            new |= {target.id: new[target.id].upper() for target in node.targets if isinstance(target, ast.Name)}
    return _Renamer(new).visit(tree) if new else None


class _Renamer(ast.NodeTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.new.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self.new.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.name = self.new.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", *self.new.values()):
            node.attr = self.new.get(node.attr, node.attr)
        return node


# -- colours ---------------------------------------------------------------------------------------------------------


def recolor(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """Other colours, each everywhere for the same other one; colours drawn at random are drawn in another order."""
    names = [name for name in COLORS if name != "black"]
    shift = rng.randrange(1, len(names))
    new = dict(zip(names, [*names[shift:], *names[:shift]], strict=True))
    return changed(_Recolorer(new), tree)


class _Recolorer(ast.NodeTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        self.new = new
        self.word = re.compile(r"\b(" + "|".join(new) + r")\b", re.IGNORECASE)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str):
            node.value = self.word.sub(self._other, node.value)
        return node

    def _other(self, found: re.Match[str]) -> str:
        new = self.new[found[0].lower()]
        return new.capitalize() if found[0][0].isupper() else new

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get_colors":
            return ast.Subscript(node, ast.Slice(step=ast.UnaryOp(ast.USub(), ast.Constant(1))), ast.Load())
        return node


# -- order -----------------------------------------------------------------------------------------------------------


def reorder(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """Statements that do not depend on each other, and arguments given by name, in another order."""
    swapped = 0
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.For, ast.If, ast.Module)):
            for _round in range(3):
                for place in range(len(node.body) - 1):
                    if _independent(node.body[place], node.body[place + 1]) and rng.random() < 0.6:
                        node.body[place : place + 2] = [node.body[place + 1], node.body[place]]
                        swapped += 1
        if isinstance(node, ast.Call) and len(node.keywords) > 2 and all(word.arg for word in node.keywords):
            rng.shuffle(node.keywords)
            swapped += 1
    return tree if swapped else None


def _independent(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether two statements may change places: neither reads or writes what the other writes, and no goals."""
    plain = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.AnnAssign)
    if not isinstance(first, plain) or not isinstance(second, plain):
        return False
    if any(isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) for item in (first, second)):
        return False  # a docstring
    text = ast.unparse(first) + ast.unparse(second)
    if "super()" in text or "add_goal" in ast.unparse(first) or "add_goal" in ast.unparse(second):
        return False
    (reads, writes), (others, overwrites) = _uses(first), _uses(second)
    return not (writes & (others | overwrites) or overwrites & (reads | writes))


def _uses(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a statement reads and writes; what a method is called of may be changed by it."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            (writes if isinstance(node.ctx, ast.Store) else reads).add(node.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id not in ("self", "env", "np", "math", "itertools"):
                writes.add(owner.id)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            writes.add(node.value.id)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            writes.add("self")
    return reads, writes


# -- words -----------------------------------------------------------------------------------------------------------


@functools.cache
def wordings() -> dict[str, list[dict[str, Any]]]:
    """Paraphrases by task: a docstring, and what takes the place of the strings of the program."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(WORDING.glob("*.json")):
        for task, listed in json.loads(path.read_text(encoding="utf-8")).items():
            found.setdefault(task.replace("_", "-"), []).extend(listed)
    return found


def reword(tree: ast.Module, rng: random.Random, name: str) -> ast.Module | None:
    """Another docstring and other instructions, as people wrote them."""
    listed = wordings().get(name, [])
    if not listed:
        return None
    return _reworded(tree, listed[rng.randrange(len(listed))])


def _reworded(tree: ast.Module, wording: dict[str, Any]) -> ast.Module | None:
    replaced = _Rewriter(wording.get("replace", {}))
    tree = replaced.visit(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and wording.get("docstring"):
            line = ast.Expr(ast.Constant(wording["docstring"]))
            node.body = [line, *node.body[ast.get_docstring(node) is not None :]]
    return tree if replaced.count else None


class _Rewriter(ast.NodeTransformer):
    """Replaces strings, whole ones and the constant parts of f-strings."""

    def __init__(self, new: dict[str, str]) -> None:
        self.new = new
        self.count = 0

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and node.value in self.new:
            node.value = self.new[node.value]
            self.count += 1
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        text = ast.unparse(node)
        written = text[2:-1]
        if written in self.new:
            new = self.new[written]
            self.count += 1
            return ast.parse("f" + repr(new), mode="eval").body
        self.generic_visit(node)
        return node


MUTATIONS: dict[str, Mutation] = {
    "rename": rename,
    "recolor": recolor,
    "reorder": reorder,
    "reword": reword,
    "reposition": reposition,
    "distract": distract,
    "resize": resize,
}
COMBINED = (
    ("recolor", "reword"),
    ("rename", "reorder"),
    ("rename", "recolor", "reword"),
    ("reword", "distract"),
    ("recolor", "reposition", "distract"),
    ("rename", "resize"),
    ("reorder", "reword", "reposition"),
    ("rename", "reorder", "distract"),
)
