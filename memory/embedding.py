"""Embeddings: texts as unit vectors, so that likeness is a dot product.

Who makes them is a setting: the packaged model or another one on this machine (`memory/sentence_model.py`), or a server
(`memory/endpoint.py`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sim.errors import EnvironmentBroken, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from memory.endpoint import EndpointEmbedder
    from memory.sentence_model import SentenceModel

    Vectors = NDArray[np.float32]

OPENAI = "openai:"
# Rows that are kept in memory (1.5 kB each with 384 numbers).
KEPT_TEXTS = 10_000


class Embedder(Protocol):
    """What turns texts into vectors."""

    @property
    def name(self) -> str:
        """Names the model; an index made by another one is made anew."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers a row."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions).

        Raises:
            EnvironmentBroken: The model is not there, or its server does not answer.
        """
        ...


class KeptRows:
    """Rows by text, made once: a candidate is compared several times before it is added. Threads may share it.

    Args:
        make: Unit row vectors of texts, (len(texts), dimensions).
    """

    def __init__(self, make: Callable[[list[str]], Vectors]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}

    def rows(self, texts: Sequence[str]) -> Vectors:
        """The rows of at least one text, in the texts' order."""
        import numpy as np

        # Tokenisers and servers refuse lone surrogates, which a model's JSON can carry.
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            if len(self._known) + len(clean) > KEPT_TEXTS:
                self._known.clear()
            missing = [text for text in dict.fromkeys(clean) if text not in self._known]
            if missing:
                self._known.update(zip(missing, self._make(missing), strict=True))
            return np.stack([self._known[text] for text in clean])


def load_embedder(setting: str | None = None, base_url: str | None = None) -> SentenceModel | EndpointEmbedder:
    """The embedder that options and environment ask for; the packaged model when they ask for none.

    Nothing is fetched, and the model itself is loaded at its first use.

    Args:
        setting: `openai:<model>`, a folder with a sentence-transformers model, or the name of one that is in the
            cache of Hugging Face; `SIMSMITH_EMBEDDER` when left out.
        base_url: Address of a server with OpenAI's protocol, which then has the model; `SIMSMITH_EMBEDDER_URL` when
            left out.

    Raises:
        UsageError: A server was named but no model, or the address is none.
        EnvironmentBroken: No such model on this machine, or no key for OpenAI.
    """
    from memory.endpoint import EndpointEmbedder
    from memory.sentence_model import PACKAGED_NAME, MiniLM, SentenceModel

    name = setting or os.environ.get("SIMSMITH_EMBEDDER") or ""
    address = base_url or os.environ.get("SIMSMITH_EMBEDDER_URL") or ""
    if address and not name:
        raise UsageError(f"which embedding model of {address}?", "name it with --embedder or SIMSMITH_EMBEDDER")
    if address or name.startswith(OPENAI):
        return EndpointEmbedder(name.removeprefix(OPENAI), address)
    folder = Path(name).expanduser()
    if not name or (name.removeprefix("sentence-transformers/") == PACKAGED_NAME and not folder.is_dir()):
        return MiniLM()
    return SentenceModel(folder.absolute()) if folder.is_dir() else _cached(name)


def _cached(name: str) -> SentenceModel:
    """A model in the cache of Hugging Face; a name without an owner is sentence-transformers' own."""
    from huggingface_hub import try_to_load_from_cache

    from memory.sentence_model import SentenceModel

    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    known = name if "/" in name else f"sentence-transformers/{name}"
    for owned in (name, known):
        try:
            found = try_to_load_from_cache(owned, "config.json", cache_dir=cache)
        except ValueError:
            continue  # no name that a model can have
        if isinstance(found, str):
            return SentenceModel(Path(found).parent, owned)
    raise EnvironmentBroken(
        f"the embedding model {name!r} is not on this machine",
        f"fetch it once with `hf download {known}`, or name a folder",
    )
