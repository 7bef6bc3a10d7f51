"""The general path: a model that sentence-transformers itself loads and runs. Importing that takes seconds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    from memory.embedding import Vectors


class TorchModel:
    """A sentence-transformers model on the CPU in float32, loaded without network, progress bars or chatter.

    Args:
        folder: The model.
        reason: Why it answers, and not a fast copy.

    Attributes:
        model: The loaded `SentenceTransformer`.
        dimensions: Numbers a row.
        way: Who answers, and why.

    Raises:
        EnvironmentBroken: sentence-transformers is not installed, or cannot load it.
    """

    def __init__(self, folder: Path, reason: str = "") -> None:
        self.model = _load(folder)
        self.dimensions = self.rows([""]).shape[1]
        self.way = f"sentence-transformers, slowly: {reason}"

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions)."""
        rows: Vectors = self.model.encode(list(texts), show_progress_bar=False, normalize_embeddings=True)
        return rows


def _load(folder: Path) -> Any:
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    os.environ.update(dict.fromkeys(offline, "1"), TOKENIZERS_PARALLELISM="false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise EnvironmentBroken(
            f"sentence-transformers is not installed (no module {error.name!r})", "pip install sentence-transformers"
        ) from error
    chatter: Any = transformers_logging
    chatter.disable_progress_bar()
    chatter.set_verbosity_error()
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True).float().eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        why = " ".join(str(error).split())[:200]
        raise EnvironmentBroken(
            f"the embedding model under {folder} cannot be loaded: {why}",
            "give the folder of a whole sentence-transformers model, or install its package anew",
        ) from error
