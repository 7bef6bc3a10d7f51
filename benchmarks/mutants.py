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
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

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
FREE_COLORS = ("orange", "purple", "pink", "white", "black")  # that `get_colors` never gives
DISTRACTORS = {
    "block/block.urdf": (0.04, 0.04, 0.04),
    "ball/ball.urdf": (0.04, 0.04, 0.04),
    "cylinder/cylinder.urdf": (0.04, 0.04, 0.06),
    "block/small.urdf": (0.02, 0.02, 0.02),
}
FACTORS = (0.85, 0.9, 1.12, 1.2)  # sizes
LONGEST = 0.6  # metres: a number above is no length
NOT_LENGTHS = ("step_max_reward", "symmetries", "color", "scale", "matches", "rgb")
SIDED = re.compile(r"\b(left|right|front|behind|before)\b", re.IGNORECASE)

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
    return _changed(_Recolorer(new), tree)


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


# -- places ----------------------------------------------------------------------------------------------------------


def reposition(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """Other places: other draws, more room around what is placed, and offsets mirrored unless words speak of sides."""
    mirrored = rng.random() < 0.5 and not SIDED.search(ast.unparse(tree))
    if not _after_start(tree, [f"self.rng.uniform(0.0, 1.0, {rng.randrange(2, 9)})"]):
        return None
    _Placer(rng.choice((1.1, 1.2, 1.3)), mirrored).visit(tree)
    return tree


class _Placer(ast.NodeTransformer):
    def __init__(self, room: float, mirrored: bool) -> None:
        self.room, self.mirrored = room, mirrored

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "get_random_pose" and len(node.args) > 1 and isinstance(node.args[1], ast.Tuple):
            for place, item in enumerate(node.args[1].elts[:2]):
                if isinstance(item, ast.Constant) and isinstance(item.value, float):
                    node.args[1].elts[place] = ast.Constant(round(item.value * self.room, 4))
        if self.mirrored and called == "apply" and len(node.args) > 1 and isinstance(node.args[1], ast.Tuple):
            first = node.args[1].elts[0]
            node.args[1].elts[0] = ast.UnaryOp(ast.USub(), first)
        return node


def _after_start(tree: ast.Module, lines: list[str], *, end: bool = False) -> bool:
    """Adds statements to `reset` behind the call of the base class's, or at the end; whether there is such a place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "reset":
            own = [arg.arg for arg in node.args.args]
            added = [line.replace("env", own[1]) if len(own) > 1 else line for line in lines]
            begun = [place for place, item in enumerate(node.body) if "super()" in ast.unparse(item)]
            if not begun:
                return False
            place = len(node.body) if end else begun[0] + 1
            node.body[place:place] = [statement for line in added for statement in ast.parse(line).body]
            return True
    return False


# -- distractors -----------------------------------------------------------------------------------------------------


def distract(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """More, fewer or other things that nothing is done with."""
    idle = [(body, item) for body, item in _statements(tree) if _is_idle(item)]
    if idle and rng.random() < 0.5:
        body, item = rng.choice(idle)
        body.remove(item)
        if not body:
            body.append(ast.Pass())
        return tree
    text = ast.unparse(tree)
    kinds = [asset for asset in DISTRACTORS if asset.split("/")[0] not in text]
    colors = [color for color in FREE_COLORS if color not in text] or [rng.choice(FREE_COLORS)]
    if not kinds or rng.random() < 0.25:
        kinds = list(DISTRACTORS)
    asset = rng.choice(kinds)
    lines = [
        f"env.add_object({asset!r}, self.get_random_pose(env, {DISTRACTORS[asset]}), color={rng.choice(colors)!r})"
        for _number in range(rng.randrange(1, 4))
    ]
    return tree if _after_start(tree, lines, end=True) else None


def _statements(tree: ast.Module) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            yield from ((body, item) for item in body)


def _is_idle(item: ast.stmt) -> bool:
    """Whether a statement adds what nothing else in the program can speak of: neither handle nor place is kept."""
    if isinstance(item, ast.For):
        return all(map(_is_idle, item.body)) and not item.orelse
    if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Call)):
        return False
    call = item.value
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "add_object" and len(call.args) > 1):
        return False
    pose = call.args[1]
    return isinstance(pose, ast.Call) and isinstance(pose.func, ast.Attribute) and pose.func.attr == "get_random_pose"


# -- sizes -----------------------------------------------------------------------------------------------------------


def resize(tree: ast.Module, rng: random.Random, _: str) -> ast.Module | None:
    """All things, and the distances between them, somewhat larger or smaller, by the same factor."""
    factor = rng.choice(FACTORS)
    return _changed(_Sizer(factor), tree)


class _Sizer(ast.NodeTransformer):
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, float) and 0.0 < node.value < LONGEST:
            node.value = round(node.value * self.factor, 6)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        names = ast.unparse(node.targets[0]).lower()
        if names in ("pos_eps", "rot_eps", "self.pos_eps", "self.rot_eps") or re.search("color|shade|rgb|scale", names):
            return node
        self.generic_visit(node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        if isinstance(node.op, (ast.Mult, ast.Div)):  # a length times a number, or two lengths: once is enough
            for side in ("left", "right"):
                item = getattr(node, side)
                other = node.right if side == "left" else node.left
                if isinstance(item, ast.Constant) and isinstance(item.value, float) and not _is_count(other):
                    item.value = round(item.value / self.factor, 6) if 0 < item.value < LONGEST else item.value
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        if node.arg not in NOT_LENGTHS:
            self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "add_object" and node.args:
            asset = node.args[0]
            plain = isinstance(asset, ast.Constant) and "-template" not in str(asset.value)
            given = next((word for word in node.keywords if word.arg == "scale"), None)
            if given is not None:
                given.value = ast.BinOp(given.value, ast.Mult(), ast.Constant(self.factor))
            elif plain:
                node.keywords.append(ast.keyword("scale", ast.Constant(self.factor)))
        return node


def _is_count(node: ast.expr) -> bool:
    """Whether this is no length: a name in lower case is mostly a number of the row or the layer."""
    return not re.search(r"[A-Z]{3}|\d\.\d", ast.unparse(node))


def _changed(transformer: ast.NodeTransformer, tree: ast.Module) -> ast.Module | None:
    before = ast.unparse(tree)
    tree = transformer.visit(tree)
    return tree if ast.unparse(ast.fix_missing_locations(tree)) != before else None


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
