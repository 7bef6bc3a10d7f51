"""From many dimensions to the two of a map: PCA, or UMAP where it is installed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Literal

from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from memory.embedding import Vectors

    Places = NDArray[np.float64]

Projection = Literal["auto", "umap", "pca"]
# Fewer tasks have too few neighbours for UMAP to find a shape in.
LEAST_FOR_UMAP = 15
NEIGHBORS = 15
SEED = 0
UMAP_REMEDY = "pip install umap-learn, or take --layout pca"


def choose_projection(wanted: Projection, count: int) -> Literal["umap", "pca"]:
    """How so many tasks are laid out: as wanted; by itself with UMAP where it is installed and there are enough.

    Raises:
        EnvironmentBroken: UMAP is wanted and not installed.
    """
    there = importlib.util.find_spec("umap") is not None
    if wanted == "umap" and not there:
        raise EnvironmentBroken("umap-learn is not installed", UMAP_REMEDY)
    if wanted == "pca" or not there or count < LEAST_FOR_UMAP:
        return "pca"
    return "umap"


def project(rows: Vectors, projection: Literal["umap", "pca"]) -> Places:
    """Places of rows (n, d) on a map, (n, 2), around 0 and within -1..1; the same rows give the same places."""
    import numpy as np

    if len(rows) < 2:
        return np.zeros((len(rows), 2))
    places = _umap(rows) if projection == "umap" else _pca(rows)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    reach = float(np.abs(places).max())
    return np.round(places / reach, 4) + 0.0 if reach > 0.0 else places


def _pca(rows: Vectors) -> Places:
    """The two directions of most variance; each is turned so that its largest loading is positive."""
    import numpy as np

    centered = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    if len(centered) > centered.shape[1]:
        _, directions = np.linalg.eigh(centered.T @ centered)
        axes = directions[:, ::-1][:, :2]
    else:
        axes = np.linalg.svd(centered, full_matrices=False)[2][:2].T
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    places = np.zeros((len(rows), 2))
    places[:, : axes.shape[1]] = centered @ axes
    return places


def _umap(rows: Vectors) -> Places:
    """UMAP (McInnes, Healy and Melville, arXiv 1802.03426) by cosine, from a fixed seed."""
    import numpy as np
    import umap

    reducer = umap.UMAP(
        n_neighbors=min(NEIGHBORS, len(rows) - 1), min_dist=0.15, metric="cosine", random_state=SEED, n_jobs=1
    )
    return np.asarray(reducer.fit_transform(rows), dtype=np.float64)
