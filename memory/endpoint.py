"""Embeddings from a server that speaks OpenAI's protocol: OpenAI itself, or vLLM, Ollama, llama.cpp and the like."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from memory.embedding import KeptRows
from sim.errors import EnvironmentBroken, UsageError

if TYPE_CHECKING:
    from memory.embedding import Vectors

OPENAI_URL = "https://api.openai.com/v1"
REQUEST_SECONDS = 120.0
RETRIES = 3
# Texts of one request.
BATCH = 128
# Of a longer text the end is left out: OpenAI's models refuse more than 8192 tokens.
MOST_CHARACTERS = 8000
# Stands for a text without a visible character, which servers refuse.
BLANK = "-"


class EndpointEmbedder:
    """An embedding model behind an address; asked at the first use.

    The key is taken from `OPENAI_API_KEY`; it is no part of the name, and neither is a password in the address.

    Args:
        model: The server's name for the model.
        base_url: The server's address; OpenAI's own when empty.
        retries: How often a request that failed in passing (a lost connection, a rate limit) is made again.

    Raises:
        UsageError: No model, or the address is none.
        EnvironmentBroken: No key for OpenAI.
    """

    def __init__(self, model: str, base_url: str = "", *, retries: int = RETRIES) -> None:
        key = os.environ.get("OPENAI_API_KEY", "")
        if not model:
            raise UsageError("openai: needs a model's name", "such as --embedder openai:text-embedding-3-small")
        if not key and not base_url:
            raise EnvironmentBroken(
                f"no key for openai:{model}", "set OPENAI_API_KEY, or name a server with --embedder-url"
            )
        self.model = model
        self._address = base_url or OPENAI_URL
        self.way = _place(self._address)
        self.name = f"openai:{model}@{self.way}"
        self._key = key or "none"
        self._retries = retries
        self._kept = KeptRows(self._ask)
        self._client: Any = None
        self._dimensions = 0

    @property
    def dimensions(self) -> int:
        """Numbers a row, known from the server's first answer; asks when there was none yet."""
        if not self._dimensions:
            self._kept.rows([BLANK])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions).

        Raises:
            EnvironmentBroken: The server cannot be reached, refuses, or answers with something else than rows.
        """
        import numpy as np

        return self._kept.rows(texts) if texts else np.zeros((0, self.dimensions), dtype=np.float32)

    def _ask(self, texts: list[str]) -> Vectors:
        """Rows of texts that are asked for the first time."""
        import numpy as np

        sent = [text[:MOST_CHARACTERS] if text.strip() else BLANK for text in texts]
        return np.concatenate([self._answer(sent[start : start + BATCH]) for start in range(0, len(sent), BATCH)])

    def _answer(self, texts: list[str]) -> Vectors:
        """Rows of one request."""
        if self._client is None:
            import openai

            self._client = openai.OpenAI(
                base_url=self._address, api_key=self._key, timeout=REQUEST_SECONDS, max_retries=self._retries
            )
        with self._server_errors():
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        rows = self._rows(answer, len(texts))
        self._dimensions = rows.shape[1]
        return rows

    def _rows(self, answer: Any, count: int) -> Vectors:
        """The unit rows of an answer, in the order of the texts; raises EnvironmentBroken when they are none."""
        import numpy as np

        try:
            items = {int(item.index): item.embedding for item in answer.data}
            if len(answer.data) != count or set(items) != set(range(count)):
                raise self._strange(f"{len(answer.data)} rows for {count} texts")
            rows = np.array([items[index] for index in range(count)], dtype=np.float64)
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        except (AttributeError, TypeError, ValueError):  # another document; rows of different lengths, or of text
            raise self._strange("no table of numbers") from None
        if not (np.isfinite(lengths).all() and (lengths > 0.0).all()):
            raise self._strange("rows that are not finite, or all zero")
        if self._dimensions and rows.shape[1] != self._dimensions:
            raise self._strange(f"rows of {rows.shape[1]} numbers, {self._dimensions} before")
        unit: Vectors = (rows / lengths).astype(np.float32)
        return unit

    def _strange(self, what: str) -> EnvironmentBroken:
        return EnvironmentBroken(
            f"{self.way} answers with {what} when asked for embeddings of {self.model!r}",
            "is it an embedding model? check --embedder and --embedder-url",
        )

    @contextmanager
    def _server_errors(self) -> Iterator[None]:
        """Turns what the server does wrong into a sentence that a person can act on; the key is in none of them."""
        import openai

        try:
            yield
        except openai.APITimeoutError:
            raise EnvironmentBroken(
                f"{self.way} did not answer in {REQUEST_SECONDS:.0f} s", "try again, or a faster model"
            ) from None
        except openai.APIConnectionError:
            raise EnvironmentBroken(
                f"{self.way} cannot be reached", "is the server running, and --embedder-url right?"
            ) from None
        except (openai.AuthenticationError, openai.PermissionDeniedError):
            raise EnvironmentBroken(f"{self.way} refuses the key", "check OPENAI_API_KEY") from None
        except openai.NotFoundError:
            raise EnvironmentBroken(
                f"{self.way} has no embedding model {self.model!r}", "check --embedder and --embedder-url"
            ) from None
        except openai.BadRequestError as error:
            raise EnvironmentBroken(
                f"{self.way} refuses the request: {_short(error)}",
                "is it an embedding model, and one for texts this long? try another --embedder",
            ) from None
        except openai.APIError as error:
            raise EnvironmentBroken(
                f"{self.way} fails: {_short(error)}", "try again later, or another --embedder"
            ) from None
        except (ValueError, AttributeError, TypeError):  # the package expects what an embeddings server answers
            raise self._strange("no table of numbers") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _place(address: str) -> str:
    """Host, port and path of an address: who answers, without what may be secret."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        if parts.scheme in ("http", "https") and parts.hostname:
            return f"{parts.hostname}{port}{parts.path.rstrip('/')}"
    except ValueError:  # brackets that do not close, a port that is no number
        pass
    raise UsageError(f"{address!r} is no address of a server", "such as http://localhost:8000/v1")
