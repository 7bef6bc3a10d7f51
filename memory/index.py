"""The index: the vectors of all tasks in an embedded Chroma database, made from the files and never the truth.

Chroma's embedded client keeps what it read in memory and does not see what other processes write (measured with
1.5.9: stale answers, then "Error finding id"). So a client lives for one operation, about 10 ms, inside the library's
lock.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    from memory.embedding import Vectors

IndexView = Literal["code", "language"]
INDEX_VIEWS: tuple[IndexView, ...] = ("code", "language")
# Counted up when vectors come to be made differently (pieces, normalisation, the language text).
INDEX_VERSION = 1
REBUILD_REMEDY = "simsmith library check --rebuild"


class TaskIndex:
    """An open index; made by `open_index`, used with the library's lock held."""

    def __init__(self, client: Any, maker: str) -> None:
        self._client = client
        self._maker = maker
        self._collections = {view: self._open(view) for view in INDEX_VIEWS}

    def _open(self, view: IndexView) -> Any:
        return self._client.get_or_create_collection(
            view,
            metadata={"embedder": self._maker},
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )

    def made_by(self) -> str:
        """What made the vectors that are in it: the embedder's name and the index version."""
        return str((self._collections["language"].metadata or {}).get("embedder", ""))

    def clear(self) -> None:
        """Forget everything; from now on the vectors are the present maker's."""
        for view in INDEX_VIEWS:
            self._client.delete_collection(view)
        self._collections = {view: self._open(view) for view in INDEX_VIEWS}

    def upsert(self, names: Sequence[str], vectors: Mapping[IndexView, Vectors], fingerprints: Sequence[str]) -> None:
        """Write tasks, new or known.

        Args:
            names: The tasks.
            vectors: For each view unit rows, (len(names), 384).
            fingerprints: For each task what its vectors were made from, as a hash.
        """
        metadatas = [{"fingerprint": fingerprint} for fingerprint in fingerprints]
        for view, collection in self._collections.items():
            collection.upsert(ids=list(names), embeddings=vectors[view], metadatas=metadatas)

    def delete(self, names: Sequence[str]) -> None:
        """Forget tasks; unknown names do not matter."""
        for collection in self._collections.values():
            collection.delete(ids=list(names))

    def fingerprints(self) -> dict[IndexView, dict[str, str]]:
        """For each view the names in it and what their vectors were made from."""
        found: dict[IndexView, dict[str, str]] = {}
        for view, collection in self._collections.items():
            answer = collection.get(include=["metadatas"])
            values = [str((metadata or {}).get("fingerprint", "")) for metadata in answer["metadatas"]]
            found[view] = dict(zip(answer["ids"], values, strict=True))
        return found

    def nearest(self, view: IndexView, vector: Vectors, count: int) -> list[str]:
        """The names nearest to a unit vector (384,), nearest first."""
        answer = self._collections[view].query(query_embeddings=vector[None, :], n_results=count, include=[])
        return list(answer["ids"][0])

    def similarities(self, view: IndexView, vector: Vectors, names: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of these tasks to a unit vector (384,), clipped to 0..1."""
        import numpy as np

        if not names:
            return {}
        answer = self._collections[view].get(ids=list(names), include=["embeddings"])
        cosines = np.clip(np.asarray(answer["embeddings"], dtype=np.float64) @ vector.astype(np.float64), 0.0, 1.0)
        return {name: round(float(cosine), 6) for name, cosine in zip(answer["ids"], cosines, strict=True)}


@contextmanager
def open_index(folder: Path, maker: str) -> Iterator[TaskIndex]:
    """Open the index in this folder, making it when it is not there; with the library's lock held.

    Args:
        folder: The index.
        maker: What makes the vectors of a new index: the embedder's name and the index version.

    Raises:
        EnvironmentBroken: It is damaged, here or while it is used; names the remedy.
    """
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    # Nothing of the working folder's .env may steer the library's database.
    settings = Settings(_env_file=None, anonymized_telemetry=False, chroma_api_impl="chromadb.api.rust.RustBindingsAPI")
    client = None
    try:
        client = chromadb.PersistentClient(path=str(folder), settings=settings)
        yield TaskIndex(client, maker)
    except ChromaError as error:
        if client is None:
            SharedSystemClient.clear_system_cache()  # else Chroma serves the half-opened database again
        raise EnvironmentBroken(f"the index {folder} is damaged: {str(error)[:160]}", REBUILD_REMEDY) from error
    finally:
        if client is not None:
            client.close()


def delete_index(folder: Path) -> None:
    """Delete the index, whatever is there.

    Raises:
        EnvironmentBroken: The disk refuses.
    """
    try:
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentBroken(
            f"the index {folder} cannot be deleted: {error.strerror}", "delete that folder by hand"
        ) from error
