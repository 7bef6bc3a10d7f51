"""How much variety a set of tasks has, told from their vectors alone.

Rows are vectors of one view, one task each. They count by direction only; a row of zeros stands for a task that cannot
be seen in that view, and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from memory.novelty import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

# Rows compared at once with all others: 40 MB of cosines at 10,000 tasks.
BLOCK = 1024


def vendi_score(similarities: NDArray[np.floating]) -> float:
    """The effective number of different tasks: 1 when all are the same, n when no two have anything in common.

    The Vendi score of order 1: the exponential of the Shannon entropy of the eigenvalues of K / n (Friedman and Dieng,
    arXiv 2210.02410, definition 3.1). Cosines of text embeddings are seldom near 0, so that scores in these views are
    low: they are for comparing sets of about the same size, not for counting.

    Args:
        similarities: K, (n, n), symmetric, positive semi-definite, with ones on the diagonal.

    Returns:
        1..n; 0 for no tasks.
    """
    import numpy as np

    matrix = np.asarray(similarities, dtype=np.float64)
    return _effective_number(np.linalg.eigvalsh(matrix).astype(np.float64)) if len(matrix) else 0.0


def vendi_of_rows(rows: Rows) -> float:
    """The Vendi score under the cosine of rows (n, d), by the smaller of the matrices n x n and d x d.

    Both have the same eigenvalues but for zeros, so that 10,000 tasks take no longer than their d numbers do.
    """
    import numpy as np

    seen = unit_rows(rows).astype(np.float64)
    if not len(seen):
        return 0.0
    return vendi_score(seen @ seen.T if len(seen) <= seen.shape[1] else seen.T @ seen)


def _effective_number(eigenvalues: NDArray[np.float64]) -> float:
    """The exponential of the entropy of eigenvalues, scaled to a sum of 1; rounding can have made some negative."""
    import numpy as np

    shares = np.clip(eigenvalues, 0.0, None) / eigenvalues.sum()
    shares = shares[shares > 1e-12]
    return max(1.0, float(np.exp(-np.sum(shares * np.log(shares)))))


def mean_nearest_distance(rows: Rows) -> float | None:
    """The mean distance (1 - cosine, 0 = the same) from a task to its nearest; None for fewer than two tasks."""
    import numpy as np

    seen = unit_rows(rows)
    if len(seen) < 2:
        return None
    _, cosines = nearest_rows(seen, 1)
    return float(np.mean(np.clip(1.0 - cosines.astype(np.float64), 0.0, None)))


def nearest_rows(rows: Rows, k: int) -> tuple[NDArray[np.intp], Rows]:
    """For each of n unit rows the k others of largest cosine, the largest first, ties by position.

    Returns:
        Positions (n, k) and cosines (n, k), where k is at most n - 1.
    """
    import numpy as np

    count = len(rows)
    k = max(0, min(k, count - 1))
    places = np.zeros((count, k), dtype=np.intp)
    cosines = np.zeros((count, k), dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = rows[start : start + BLOCK] @ rows.T
        own = np.arange(len(block))
        block[own, start + own] = -np.inf
        for rank in range(k):
            best = block.argmax(axis=1)
            places[start + own, rank], cosines[start + own, rank] = best, block[own, best]
            block[own, best] = -np.inf
    return places, cosines


def unit_rows(rows: Rows) -> Rows:
    """The rows that are not zero, scaled to length 1."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found = lengths[:, 0] > 0.0
    unit: Rows = (rows[found] / lengths[found]).astype(np.float32)
    return unit


def mixture(views: Mapping[View, Rows], shares: Mapping[View, float]) -> Rows:
    """One unit row a task, whose cosines are the weighted means of the cosines in the views.

    Args:
        views: For each view rows (n, d), of length 1, or 0 where a task cannot be seen.
        shares: The weight of each view; where a task cannot be seen, its other views make up for it.
    """
    import numpy as np

    joined = np.concatenate([np.sqrt(shares[view]) * rows for view, rows in views.items()], axis=1)
    lengths = np.linalg.norm(joined, axis=1, keepdims=True)
    unit: Rows = (joined / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
