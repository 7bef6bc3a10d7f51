"""Programs as unit vectors: what a program does, without layout, names and comments.

A program is longer than what an embedding model reads (256 tokens of all-MiniLM-L6-v2), so it is cut into pieces, and
its vector is the normalised mean of theirs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.syntax import syntax_tree

if TYPE_CHECKING:
    from memory.embedding import Embedder, Vectors

# Task code has about 2.4 characters a token (measured), so that a piece stays under 256 tokens.
PIECE_CHARACTERS = 480


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
