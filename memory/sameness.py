"""In what two programs of one task differ: names, colours, words, sizes, order of statements, or more than that."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable
from typing import Literal

from memory.programs import normalise_code
from sim.palette import COLORS
from sim.syntax import syntax_tree

Aspect = Literal["renamed", "recoloured", "reworded", "resized", "reordered"]
ASPECTS: tuple[Aspect, ...] = ("renamed", "recoloured", "reworded", "resized", "reordered")
COLOR = re.compile(r"\b(" + "|".join(COLORS) + r")\b", re.IGNORECASE)


def differences(first: str, second: str) -> tuple[Aspect, ...] | None:
    """The aspects in which two programs differ; None when they differ in more, or one is no program."""
    if _form(first, ASPECTS) is None or _form(first, ASPECTS) != _form(second, ASPECTS):
        return None
    found = []
    for aspect in ASPECTS:
        others = tuple(other for other in ASPECTS if other != aspect)
        if _form(first, others) != _form(second, others):
            found.append(aspect)
    return tuple(found)


@functools.lru_cache(maxsize=1024)
def _form(source: str, without: tuple[Aspect, ...]) -> str | None:
    """The program without some of its aspects; None when it is none."""
    try:
        tree = syntax_tree(normalise_code(source))
        own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        tree = _Masker(without, own).visit(tree)
        return "\n".join(_lines(tree.body, "reordered" in without))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _lines(body: list[ast.stmt], in_any_order: bool) -> list[str]:
    """Statements as text, each with what it holds; sorted where the order does not count."""
    lines = [ast.unparse(statement) for statement in body]
    if not in_any_order:
        return lines
    told = []
    for statement in body:
        inner = [_lines(getattr(statement, part, []) or [], True) for part in ("body", "orelse")]
        if inner[0]:
            held = [ast.unparse(node) for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]
            told.append(f"{type(statement).__name__} {held} {inner}")
        else:
            told.append(ast.unparse(statement))
    return sorted(told)


class _Masker(ast.NodeTransformer):
    """Makes what does not count the same everywhere."""

    def __init__(self, without: tuple[Aspect, ...], own: set[str]) -> None:
        self.without, self.own = without, own
        self.mask: Callable[[str], str] = (lambda name: "_") if "renamed" in without else (lambda name: name)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = node.id if node.id in ("self", "super") else self.mask(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg, node.annotation = self.mask(node.arg), None
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        node.attr = self.mask(node.attr) if node.attr in self.own else node.attr
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name, node.returns = self.mask(node.name), None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.name = self.mask(node.name)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if "reordered" in self.without:
            node.keywords.sort(key=lambda word: word.arg or "")
        if "resized" in self.without:
            node.keywords = [word for word in node.keywords if word.arg != "scale"]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        if "reworded" in self.without:
            return ast.Constant("words")
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str):
            if "recoloured" in self.without:
                node.value = COLOR.sub("color", node.value)
            if "reworded" in self.without and " " in node.value:
                node.value = "words"
        elif isinstance(node.value, float) and "resized" in self.without:
            node.value = 0.0
        return node
