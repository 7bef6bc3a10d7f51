"""Programs as unit vectors: what a program does, without layout, names and comments.

A program is longer than what an embedding model reads (256 tokens of all-MiniLM-L6-v2), so it is cut into pieces, and
its vector is the normalised mean of theirs. That tells how alike two programs are. A text is not much like any program:
it is compared with a program's words, names and texts alike.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.palette import COLORS
from sim.syntax import syntax_tree

if TYPE_CHECKING:
    from memory.embedding import Embedder, Vectors

# Task code has about 2.4 characters a token (measured), so that a piece stays under 256 tokens.
PIECE_CHARACTERS = 480
# Words of the interface and the language, which stand in programs of every task; colours do not make a task.
COMMON = frozenset(COLORS) | frozenset(
    re.findall(
        r"\w+",
        """
        add apply append array class color colors dict dim enumerate env eps euler eye fill fixed float get goal
        init int language len list lists matches math max metric min name np numpy obj object objects objs ones
        params partial pi pos pose poses position primitive quaternion random range replace reset reward rng
        root rotations scale self sim size sorted spot step steps str super symmetries targ targs targets task
        template true tuple uniform urdf world zeros zip
        """,
    )
)


def embed_programs(embedder: Embedder, sources: Sequence[str]) -> Vectors:
    """One unit row vector a program, (len(sources), dimensions): the normalised mean of its pieces' vectors."""
    import numpy as np

    pieces = [code_pieces(source) for source in sources]
    rows = embedder.embed([piece for own in pieces for piece in own])
    means = np.zeros((len(sources), rows.shape[1]), dtype=np.float32)
    start = 0
    for index, own in enumerate(pieces):
        mean = rows[start : start + len(own)].mean(axis=0)
        means[index] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        start += len(own)
    return means


def program_words(source: str) -> str:
    """What a program is about, in one line: the words of its names, texts and docstrings, each once and in order.

    A name is taken apart (`BowlOnStand`, `bowl_on_stand`); a text that is not Python is taken as it is.
    """
    try:
        told = [text for node in ast.walk(syntax_tree(source)) if (text := _said(node))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        told = [source]
    words = (word.lower() for text in told for word in re.findall(r"[A-Z][a-z]+|[a-z]{2,}|[A-Z]{2,}", text))
    return " ".join(dict.fromkeys(word for word in words if word not in COMMON))


def _said(node: ast.AST) -> str:
    """The name or text that is at a node of the syntax tree; empty at most."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return node.name
    if isinstance(node, ast.Name):
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def code_pieces(source: str) -> list[str]:
    """The normalised program in pieces of whole statements, each short enough for the model; at least one."""
    pieces: list[str] = []
    current = ""
    for line in _short_lines(normalise_code(source)):
        if current and len(current) + 1 + len(line) > PIECE_CHARACTERS:
            pieces.append(current)
            current = line
        else:
            current = f"{current}\n{line}" if current else line
    return [*pieces, current]


def _short_lines(text: str) -> Iterator[str]:
    """Stripped lines (the model does not see indentation), cut where one alone would be too long."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        for start in range(0, len(line), PIECE_CHARACTERS):
            yield line[start : start + PIECE_CHARACTERS]


@functools.lru_cache(maxsize=1024)  # whoever compares many tasks asks for the same ones again and again
def normalise_code(source: str) -> str:
    """The program without what does not change what it does: layout, comments, docstrings, imports, the class name.

    Text that is not Python comes back as it is.
    """
    try:
        tree = syntax_tree(source)
        return ast.unparse(_Normaliser(tree).visit(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


class _Normaliser(ast.NodeTransformer):
    """Drops docstrings and imports, and names the top-level classes Task0, Task1, ..."""

    def __init__(self, tree: ast.Module) -> None:
        classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        self._names = {name: f"Task{index}" for index, name in enumerate(classes)}

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        return self._without_docstring(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._without_docstring(node)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        return self._without_docstring(node)

    def _without_docstring(self, node: ast.Module | ast.ClassDef | ast.FunctionDef) -> ast.AST:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        self.generic_visit(node)
        if not node.body and not isinstance(node, ast.Module):
            node.body = [ast.Pass()]
        return node
