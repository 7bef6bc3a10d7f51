"""Stub, replaced on merge."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sim.layout import Signature

if TYPE_CHECKING:
    from memory.embedding import Vectors

SCENE_DIMENSIONS = 512


def scene_vector(signature: Signature) -> Vectors:
    """A row."""
    import numpy as np

    row = np.zeros(SCENE_DIMENSIONS, dtype=np.float32)
    for feature in (*signature.kinds, *signature.steps, signature.primitive):
        row[zlib.crc32(feature.encode()) % SCENE_DIMENSIONS] += 1
    return row / max(float(np.linalg.norm(row)), 1e-9)


def sketch_vector(text: str) -> Vectors | None:
    """A row."""
    return None
