"""Instructions as rows of numbers: one of the whole sentence, and one of each word in its order.

A sentence encoder alone tells "the red block in the green bowl" and "the green block in the red bowl" badly apart; the
rows of the words do, in their order. The encoder is the library's, so likeness in the library and in a policy are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from memory.embedding import Embedder

WORD = re.compile(r"[a-z0-9]+")
MAX_ROWS = 48  # the sentence's row among them
Reading = Literal["words", "sentence", "none"]


@dataclass(frozen=True)
class Rows:
    """Read instructions.

    Attributes:
        words: (I, L, E) float32: the row of the sentence, then one of each word; zeros where there is none.
        known: (I, L) bool: which of them there are.
    """

    words: NDArray[np.float32]
    known: NDArray[np.bool_]


class TextEncoder(Protocol):
    """What makes instructions into rows."""

    @property
    def name(self) -> str:
        """Names the model: weights that learned from one model's rows cannot read another's."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers a row."""
        ...

    def read(self, instructions: Sequence[str]) -> Rows:
        """The rows of instructions."""
        ...


class LibraryEncoder:
    """The library's sentence encoder, as a reader of instructions.

    Args:
        embedder: What turns texts into rows; the one that the environment asks for when left out.
        reading: `words` for the sentence and each of its words, `sentence` for the sentence alone.
    """

    def __init__(self, embedder: Embedder | None = None, reading: Reading = "words") -> None:
        if embedder is None:
            from memory.embedding import load_embedder

            embedder = load_embedder()
        self._embedder = embedder
        self._reading = reading

    @property
    def name(self) -> str:
        """The embedder's name."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """Numbers a row."""
        return self._embedder.dimensions

    def read(self, instructions: Sequence[str]) -> Rows:
        """The rows of instructions.

        Raises:
            EnvironmentBroken: The model is not there, or its server does not answer.
        """
        import numpy as np

        texts = [[text, *self._words(text)] for text in instructions]
        distinct = list(dict.fromkeys(text for row in texts for text in row))
        numbers = dict(zip(distinct, self._embedder.embed(distinct), strict=True))
        longest = max(map(len, texts), default=1)
        words = np.zeros((len(texts), longest, self.dimensions), dtype=np.float32)
        known = np.zeros((len(texts), longest), dtype=np.bool_)
        for index, row in enumerate(texts):
            words[index, : len(row)] = [numbers[text] for text in row]
            known[index, : len(row)] = True
        return Rows(words, known)

    def _words(self, text: str) -> list[str]:
        return WORD.findall(text.lower())[: MAX_ROWS - 1] if self._reading == "words" else []


class NoText:
    """Reads nothing: the text-blind variant."""

    name = ""
    dimensions = 1

    def read(self, instructions: Sequence[str]) -> Rows:
        """One row of zeros each."""
        import numpy as np

        count = len(instructions)
        return Rows(np.zeros((count, 1, 1), np.float32), np.ones((count, 1), np.bool_))
