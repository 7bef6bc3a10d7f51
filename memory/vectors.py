"""The vectors of a task beside its record, so that no model has to read it twice.

A safetensors file: `code`, `words` (those of the program) and `language`, unit rows, (dimensions,) float32, and in its
metadata who made them from what. The scene view needs no file: it comes from the signature at once.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Literal

from memory.record import TaskRecord

if TYPE_CHECKING:
    from memory.embedding import Vectors

EmbeddedView = Literal["code", "words", "language"]
EMBEDDED_VIEWS: tuple[EmbeddedView, ...] = ("code", "words", "language")

UNIT = 1e-3  # how far from 1 the length of a row may be
Rows = dict[EmbeddedView, "Vectors"]


def source_hash(record: TaskRecord) -> str:
    """What a task's vectors are made from, as a hash."""
    return hashlib.sha256(f"{record.language}\0{record.code}".encode()).hexdigest()[:16]


def pack_vectors(vectors: Rows, maker: str, source: str) -> bytes:
    """The file's content.

    Args:
        vectors: A row for each view, (dimensions,) float32.
        maker: What made them: the embedder and the version of the way they are made.
        source: What they were made from, see `source_hash`.
    """
    from safetensors.numpy import save

    # One key: the order of several is not fixed.
    made = json.dumps({"maker": maker, "source": source}, sort_keys=True)
    return bytes(save({str(view): vectors[view] for view in EMBEDDED_VIEWS}, metadata={"made": made}))


def unpack_vectors(content: bytes, maker: str, source: str, dimensions: int) -> Rows | None:
    """The rows of a file; None when it is damaged, or another maker made them, or from something else.

    An archive may bring any file along: what is no unit row of this many dimensions never reaches the index.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        length = int.from_bytes(content[:8], "little")
        made = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["made"])
        if made != {"maker": maker, "source": source}:
            return None
        rows = load(content)
        found: Rows = {view: rows[view] for view in EMBEDDED_VIEWS}
    except (ValueError, TypeError, KeyError, RecursionError, SafetensorError):
        return None
    return found if are_unit_rows(found, dimensions) else None


def are_unit_rows(rows: Rows, dimensions: int) -> bool:
    """Whether these are rows of this many dimensions, float32, of length 1."""
    import numpy as np

    sound = all(row.shape == (dimensions,) and row.dtype == np.float32 for row in rows.values())
    return sound and all(abs(float(np.linalg.norm(row)) - 1.0) < UNIT for row in rows.values())
