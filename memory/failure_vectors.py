"""The vectors of failures: made from them when they are first asked for, and kept beside them.

Some thousands of failures are compared in milliseconds without an index, and a file each needs no rewriting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from memory.embedding import Embedder
from memory.errors import LibraryDamaged
from memory.failure import Failure
from memory.failure_files import FailureFiles
from memory.programs import embed_programs
from sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from memory.embedding import Vectors

FailureView = Literal["words", "complaint", "program"]
VIEWS: tuple[FailureView, ...] = ("words", "complaint", "program")
# Counted up when vectors come to be made differently.
VECTORS_VERSION = 1
BATCH = 64


class FailureVectors:
    """Unit vectors of every failure in three views: its task's words, what was wrong with it, and its program.

    Args:
        files: The failures.
        embedder: Turns texts into vectors.
    """

    def __init__(self, files: FailureFiles, embedder: Embedder) -> None:
        self.files = files
        self.embedder = embedder
        self._known: dict[str, Vectors] = {}

    def likeness(self, names: Sequence[str], view: FailureView, vector: Vectors) -> dict[str, float]:
        """Cosine similarity of failures to a unit vector (dimensions,), in 0..1; 0 where one lacks the view.

        Args:
            names: The failures' ids; one that is gone or damaged is left out.
            view: What of them is compared.
            vector: What they are compared with.
        """
        import numpy as np

        self._learn([name for name in names if name not in self._known])
        known = [name for name in names if name in self._known]
        if not known:
            return {}
        rows = np.stack([self._known[name][VIEWS.index(view)] for name in known])
        cosines = np.clip(rows @ vector, 0.0, 1.0)
        return {name: round(float(cosine), 6) for name, cosine in zip(known, cosines, strict=True)}

    @property
    def _maker(self) -> str:
        return f"{self.embedder.name}/{VECTORS_VERSION}"

    def _learn(self, names: Sequence[str]) -> None:
        """Read kept vectors, and make those that are missing."""
        missing: list[Failure] = []
        for name in names:
            kept = self._read(self._path(name))
            if kept is not None:
                self._known[name] = kept
                continue
            try:
                missing.append(self.files.read(name))
            except (LibraryDamaged, UsageError):
                continue
        for start in range(0, len(missing), BATCH):
            self._make(missing[start : start + BATCH])

    def _make(self, failures: Sequence[Failure]) -> None:
        import numpy as np
        from safetensors.numpy import save

        words = self.embedder.embed([failure.words for failure in failures])
        complaints = self.embedder.embed([failure.complaint for failure in failures])
        programs = embed_programs(self.embedder, [failure.program for failure in failures])
        with self.files.locked():
            for row, failure in enumerate(failures):
                programs[row] *= bool(failure.program)
                words[row] *= bool(failure.words)
                vectors = np.stack([words[row], complaints[row], programs[row]])
                self.files.put(self._path(failure.id), save({"vectors": vectors}, {"maker": self._maker}))
                self._known[failure.id] = vectors

    def _read(self, path: Path) -> Vectors | None:
        """Kept vectors, (3, dimensions); None when there are none that can be used."""
        import numpy as np
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                if (file.metadata() or {}).get("maker") != self._maker:
                    return None
                vectors: Vectors = file.get_tensor("vectors")
        except (OSError, SafetensorError):
            return None
        sound = vectors.ndim == 2 and len(vectors) == len(VIEWS) and bool(np.isfinite(vectors).all())
        return vectors if sound else None

    def _path(self, name: str) -> Path:
        return self.files.vectors / f"{name}.safetensors"
