"""The index: the vectors of all tasks in a Chroma database, made from the files and never the truth.

Embedded in the process (a folder of the home) or on a Chroma server (`chroma run`), one collection a view.

Chroma's embedded client keeps what it read in memory and does not see what other processes write (measured with
1.5.9: stale answers, then "Error finding id"). So an `IndexDoor` keeps a client from one operation to the next, and
opens a new one when the seal says that others wrote.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from memory.files import TaskFiles
from memory.forks import keep_in_forks
from sim.errors import EnvironmentBroken, UsageError

if TYPE_CHECKING:
    from memory.embedding import Vectors

IndexView = Literal["scene", "code", "words", "language"]
# In the order of writing: a task that is in the last one is in all.
INDEX_VIEWS: tuple[IndexView, ...] = ("scene", "code", "words", "language")
# Counted up when vectors come to be made differently (pieces, normalisation, the language text, scene features).
INDEX_VERSION = 3
# Entries that Chroma writes into its graph at once. What is not in the graph yet is put there anew by each process that
# opens the index, at about 1 ms an entry (measured): with Chroma's own 1,000 every start would wait for it.
SYNC_THRESHOLD = 64
REBUILD_REMEDY = "simsmith library check --rebuild"

Metadata = Mapping[str, str]


class TaskIndex:
    """An open index; made by an `IndexDoor`, used with the library's lock held.

    Args:
        client: A Chroma client.
        maker: What makes the vectors of a new index.
        prefix: What its collections' names begin with: several libraries share a server.
    """

    def __init__(self, client: Any, maker: str, prefix: str = "") -> None:
        self._client = client
        self._maker = maker
        self._prefix = prefix
        self._collections = {view: self._open(view) for view in INDEX_VIEWS}

    def _open(self, view: IndexView) -> Any:
        return self._client.get_or_create_collection(
            self._prefix + view,
            metadata={"embedder": self._maker},
            configuration={"hnsw": {"space": "cosine", "batch_size": SYNC_THRESHOLD, "sync_threshold": SYNC_THRESHOLD}},
            embedding_function=None,
        )

    @property
    def identity(self) -> str:
        """Chroma's id of the collection that is written last."""
        return str(self._collections["language"].id)

    def made_by(self) -> str:
        """What made the vectors that are in it: the embedder's name and the index version."""
        return str((self._collections["language"].metadata or {}).get("embedder", ""))

    def clear(self) -> None:
        """Forget everything; from now on the vectors are the present maker's."""
        for view in INDEX_VIEWS:
            self._client.delete_collection(self._prefix + view)
        self._collections = {view: self._open(view) for view in INDEX_VIEWS}

    def upsert(self, view: IndexView, names: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """Write tasks, new or known, into one view.

        Args:
            view: The view.
            names: The tasks.
            vectors: Unit rows, (len(names), dimensions).
            metadatas: What is kept with each, `fingerprint` among it.
        """
        self._collections[view].upsert(
            ids=list(names), embeddings=vectors, metadatas=[dict(item) for item in metadatas]
        )

    def delete(self, names: Sequence[str]) -> None:
        """Forget tasks; unknown names do not matter."""
        for collection in reversed(self._collections.values()):
            collection.delete(ids=list(names))

    def names(self, view: IndexView) -> set[str]:
        """The tasks that are in a view."""
        return set(self._collections[view].get(include=[])["ids"])

    def metadatas(self, view: IndexView, names: Sequence[str] | None = None) -> dict[str, Metadata]:
        """What is kept with these tasks, with all tasks of the view when none are given."""
        if names is not None and not names:
            return {}
        answer = self._collections[view].get(ids=None if names is None else list(names), include=["metadatas"])
        return {name: found or {} for name, found in zip(answer["ids"], answer["metadatas"], strict=True)}

    def nearest(self, view: IndexView, vector: Vectors, count: int) -> dict[str, float]:
        """The names nearest to a unit vector (dimensions,), nearest first, with their cosines, clipped to 0..1."""
        answer = self._collections[view].query(query_embeddings=vector[None, :], n_results=count, include=["distances"])
        cosines = [min(max(1.0 - float(distance), 0.0), 1.0) for distance in answer["distances"][0]]
        return {name: round(cosine, 6) for name, cosine in zip(answer["ids"][0], cosines, strict=True)}

    def similarities(self, view: IndexView, vector: Vectors, names: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of these tasks to a unit vector (dimensions,), clipped to 0..1."""
        import numpy as np

        if not names:
            return {}
        answer = self._collections[view].get(ids=list(names), include=["embeddings"])
        if not answer["ids"]:
            return {}
        cosines = np.clip(np.asarray(answer["embeddings"], dtype=np.float64) @ vector.astype(np.float64), 0.0, 1.0)
        return {name: round(float(cosine), 6) for name, cosine in zip(answer["ids"], cosines, strict=True)}


class IndexDoor:
    """Opens the index of a library, embedded or on a server.

    Args:
        files: The task folders; the embedded index is the folder `index` beside them.
        url: Address of a Chroma server, such as `http://localhost:8000`; None for the embedded index.
    """

    def __init__(self, files: TaskFiles, url: str | None) -> None:
        self.folder = files.home / "index"
        self.url = url
        self._files = files
        self._index: TaskIndex | None = None
        self._closing: weakref.finalize[..., IndexDoor] | None = None
        self._token = ""
        _DOORS.add(self)

    @property
    def place(self) -> str:
        """Where the index is, for messages and seals."""
        return self.url or "index"

    @contextmanager
    def open(self, maker: str, token: str) -> Iterator[TaskIndex]:
        """The index, made when it is not there; with the library's lock held.

        Args:
            maker: What makes the vectors of a new index: the embedder's name and the index version.
            token: The seal's; with another one than last time, others have written since.

        Raises:
            EnvironmentBroken: It is damaged or cannot be reached, here or while it is used; names the remedy.
        """
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        if not self.url and (token != self._token or not (self.folder / "chroma.sqlite3").is_file()):
            self.close()
        self._token = token
        keep = False
        try:
            if self._index is None:
                client = _server(self.url) if self.url else _database(self.folder)
                self._closing = weakref.finalize(self, client.close)
                self._index = TaskIndex(client, maker, f"simsmith-{self._files.identity()}-" if self.url else "")
            yield self._index
            keep = bool(self.url or self._token)  # without a seal nobody will say that others wrote
        except (ChromaError, HTTPError) as error:
            raise self._broken(error) from error
        finally:
            if not keep:
                self.close()

    def sealed(self, token: str) -> None:
        """Notes the token of the seal that was made while the index was open."""
        self._token = token

    def close(self) -> None:
        """Let go of the database, with all other doors of this process: Chroma has one database a folder and process.

        With the library's lock held, so that no other door is in use.
        """
        for door in [door for door in _DOORS if door.folder == self.folder]:
            if door._closing is not None:
                door._closing()
            door._index = door._closing = None

    def exists(self) -> bool:
        """Whether there is an index to open; of a server that is known only once it is asked."""
        return bool(self.url) or self.folder.exists()

    def delete(self, maker: str) -> None:
        """Delete the index, whatever is there; with the library's lock held.

        Raises:
            EnvironmentBroken: Disk or server refuses.
        """
        self.close()
        if self.url:
            with self.open(maker, "") as index:
                index.clear()
            return
        try:
            if self.folder.is_dir() and not self.folder.is_symlink():
                shutil.rmtree(self.folder)
            else:
                self.folder.unlink(missing_ok=True)
        except OSError as error:
            raise EnvironmentBroken(
                f"the index {self.folder} cannot be deleted: {error.strerror}", "delete that folder by hand"
            ) from error

    def _broken(self, error: Exception) -> EnvironmentBroken:
        told = " ".join(str(error).split())[:160]
        if self.url:
            return EnvironmentBroken(
                f"the Chroma server {self.url} fails: {told}", "look at its log, or leave out --index"
            )
        return EnvironmentBroken(f"the index {self.folder} is damaged: {told}", REBUILD_REMEDY)


_DOORS: weakref.WeakSet[IndexDoor] = weakref.WeakSet()


def _settings(api: str) -> Any:
    from chromadb.config import Settings

    # Nothing of the working folder's .env may steer the library's database.
    return Settings(_env_file=None, anonymized_telemetry=False, chroma_api_impl=api)


def _database(folder: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.errors import ChromaError

    keep_in_forks()
    try:
        return chromadb.PersistentClient(path=str(folder), settings=_settings("chromadb.api.rust.RustBindingsAPI"))
    except ChromaError:
        SharedSystemClient.clear_system_cache()  # else Chroma serves the half-opened database again
        raise


def _server(url: str) -> Any:
    import chromadb

    host, port, encrypted = _address(url)
    try:
        return chromadb.HttpClient(
            host=host,
            port=port,
            ssl=encrypted,
            settings=_settings("chromadb.api.fastapi.FastAPI"),
        )
    except ValueError as error:  # what Chroma makes of a refused connection
        raise EnvironmentBroken(
            f"no Chroma server answers at {url}", "start one with `chroma run --path FOLDER`, or leave out --index"
        ) from error


def _address(url: str) -> tuple[str, int, bool]:
    """Host and port of a server, and whether it is spoken to over TLS."""
    try:
        parts = urlsplit(url)
        encrypted = parts.scheme == "https"
        if parts.hostname and parts.scheme in ("http", "https"):
            return parts.hostname, parts.port or (443 if encrypted else 8000), encrypted
    except ValueError:  # brackets that do not close, a port that is no number
        pass
    raise UsageError(f"{url!r} is no address of a Chroma server", "write it as http://localhost:8000")
