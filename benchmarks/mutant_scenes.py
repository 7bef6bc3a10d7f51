"""Mutations of what a program lays out: other places, distractors and sizes. Made on the syntax tree."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator

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
            if not isinstance(first, ast.Starred):
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
    return changed(_Sizer(factor), tree)


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


def changed(transformer: ast.NodeTransformer, tree: ast.Module) -> ast.Module | None:
    """The tree that a transformer makes; None when it is as before."""
    before = ast.unparse(tree)
    tree = transformer.visit(tree)
    return tree if ast.unparse(ast.fix_missing_locations(tree)) != before else None
