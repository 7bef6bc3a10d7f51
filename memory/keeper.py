"""Keeps the index in line with the task folders: the lock, the seal, mending, and vectors that are made once.

Writing goes files first, then index, under one lock for all processes. The index is sealed while it agrees with the
folders; an unsealed one is compared with them and mended before anybody searches in it, so that whatever an
interrupted process left undone is done by the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from memory.embedding import Embedder
from memory.errors import LibraryDamaged
from memory.files import TaskFiles
from memory.index import INDEX_VERSION, INDEX_VIEWS, SYNC_THRESHOLD, IndexDoor, TaskIndex
from memory.lock import held
from memory.programs import embed_programs, program_words
from memory.record import TaskRecord
from memory.scene import scene_vector
from memory.seal import Seal, break_seal, read_seal, write_seal
from memory.vectors import Rows, are_unit_rows, pack_vectors, source_hash, unpack_vectors
from sim.errors import EnvironmentBroken, UsageError

# Tasks embedded and written at once, so that every batch is put into the index's graph.
BATCH = SYNC_THRESHOLD

Progress = Callable[[int, int], None]


class IndexKeeper:
    """The way to the index of a library.

    Args:
        files: The task folders.
        embedder: Turns texts into vectors.
        url: Address of a Chroma server; None for the embedded index.
        lock_seconds: How long to wait for another process that is writing.
        progress: Called with the tasks done and all tasks while tasks are embedded, then while they are indexed.
    """

    def __init__(
        self, files: TaskFiles, embedder: Embedder, url: str | None, lock_seconds: float, progress: Progress | None
    ) -> None:
        self._files = files
        self._embedder = embedder
        self._lock_seconds = lock_seconds
        self._progress = progress or (lambda done, total: None)
        self.door = IndexDoor(files, url)

    @property
    def maker(self) -> str:
        """What makes the vectors: model and version of the way they are made."""
        return f"{self._embedder.name}/{INDEX_VERSION}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the library against all other processes and threads."""
        self._files.prepare()
        with held(self._files.home / "library.lock", self._lock_seconds):
            yield

    @contextmanager
    def reading(self, progress: Progress | None = None) -> Iterator[TaskIndex]:
        """The index, in line with the folders, with the lock held.

        What has to be embedded first is embedded without the lock: it may take minutes.
        """
        progress = progress or self._progress
        while True:
            with self.locked(), self._opened() as index:
                without_vectors = self._mend(index, progress)
                if not without_vectors:
                    yield index
                    return
            self._keep_vectors(without_vectors, progress)

    @contextmanager
    def writing(self) -> Iterator[TaskIndex]:
        """The index in line with the folders, its seal broken until the end, with the lock held."""
        with self.reading() as index:
            seal = read_seal(self._files.home)
            break_seal(self._files.home)
            yield index
            self._seal(index, seal)

    @contextmanager
    def _opened(self) -> Iterator[TaskIndex]:
        seal = read_seal(self._files.home)
        with self.door.open(self.maker, seal.token if seal else "") as index:
            yield index

    def _seal(self, index: TaskIndex, before: Seal | None) -> None:
        """Seal the index, with the thresholds of the seal before, where they are those of the same model."""
        seal = Seal(index=index.identity, place=self.door.place, maker=self.maker, stamp=self._files.stamp())
        if before and before.maker == seal.maker:
            seal = seal.model_copy(update={"novelty": before.novelty})
        write_seal(self._files.home, seal)
        self.door.sealed(seal.token)

    def _sealed(self, index: TaskIndex) -> bool:
        seal = read_seal(self._files.home)
        now = (index.identity, self.maker, self._files.stamp())
        return seal is not None and (seal.index, seal.maker, seal.stamp) == now

    def _mend(self, index: TaskIndex, progress: Progress) -> list[TaskRecord]:
        """Bring the index in line with the folders; returns the tasks that have to be embedded before that can be."""
        if self._sealed(index):
            return []
        names = set(self._files.names())
        others = index.made_by() != self.maker
        missing = sorted(names if others else names - index.names("language"))
        records = [record for record in map(self.readable, missing) if record]
        stored = {record.name: rows for record in records if (rows := self._stored(record))}
        if len(stored) < len(records):  # the index stays as it is until there is something to put in its place
            return [record for record in records if record.name not in stored]
        seal = read_seal(self._files.home)
        break_seal(self._files.home)
        self._files.clear_leftovers()
        if others:
            index.clear()
        gone = sorted(set().union(*(index.names(view) for view in INDEX_VIEWS)) - names)
        if gone:
            index.delete(gone)
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            upsert(index, batch, [stored[record.name] for record in batch])
            progress(start + len(batch), len(records))
        self._seal(index, seal)
        return []

    def readable(self, name: str) -> TaskRecord | None:
        """The record of a task, None when it is damaged or gone."""
        try:
            return self._files.read(name)
        except (LibraryDamaged, UsageError):
            return None

    def embed(self, records: Sequence[TaskRecord]) -> list[Rows]:
        """The vectors of tasks, made now.

        Raises:
            EnvironmentBroken: The model gives no unit rows: kept, they would be made again without end.
        """
        code = embed_programs(self._embedder, [record.code for record in records])
        language = self._embedder.embed([record.language or record.name for record in records])
        words = self._embedder.embed([program_words(record.code) or record.name for record in records])
        rows = zip(code, words, language, strict=True)
        made: list[Rows] = [{"code": own, "words": said, "language": told} for own, said, told in rows]
        if not all(are_unit_rows(rows, self._embedder.dimensions) for rows in made):
            raise EnvironmentBroken(
                f"the embedding model {self._embedder.name} gives something else than float32 rows of length 1",
                "take another --embedder",
            )
        return made

    def _stored(self, record: TaskRecord) -> Rows | None:
        return self.unpack(self._files.read_vectors(record.name), record)

    def unpack(self, content: bytes, record: TaskRecord) -> Rows | None:
        """The vectors in a file, when the present model made them of this task; else None."""
        return unpack_vectors(content, self.maker, source_hash(record), self._embedder.dimensions)

    def _keep_vectors(self, records: Sequence[TaskRecord], progress: Progress) -> None:
        """Embed tasks and put their vectors beside them."""
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            packed = [
                pack_vectors(rows, self.maker, source_hash(record))
                for record, rows in zip(batch, self.embed(batch), strict=True)
            ]
            with self.locked():
                for record, content in zip(batch, packed, strict=True):
                    if self._files.exists(record.name):
                        self._files.write_vectors(record.name, content)
            progress(start + len(batch), len(records))

    def vectors(self, records: Sequence[TaskRecord]) -> list[Rows]:
        """The vectors of tasks, those that lie beside them where there are some."""
        stored = [self._stored(record) for record in records]
        missing = [record for record, rows in zip(records, stored, strict=True) if rows is None]
        made = iter(self.embed(missing) if missing else [])
        return [next(made) if rows is None else rows for rows in stored]


def upsert(index: TaskIndex, records: Sequence[TaskRecord], rows: Sequence[Rows]) -> None:
    """Write embedded tasks into all views; the language view, whose entries say that all is done, is the last."""
    import numpy as np

    names = [record.name for record in records]
    entries = [entry_of(record) for record in records]
    fingerprints = [{"fingerprint": entry["fingerprint"]} for entry in entries]
    scenes = {at: scene_vector(record.signature) for at, record in enumerate(records) if record.signature}
    if scenes:
        marks = [fingerprints[at] for at in scenes]
        index.upsert("scene", [names[at] for at in scenes], np.stack(list(scenes.values())), marks)
    index.upsert("code", names, np.stack([row["code"] for row in rows]), fingerprints)
    index.upsert("words", names, np.stack([row["words"] for row in rows]), fingerprints)
    index.upsert("language", names, np.stack([row["language"] for row in rows]), entries)


def entry_of(record: TaskRecord) -> dict[str, str]:
    """What the index keeps of a task: enough to rank and to list it without reading its files."""
    signature = json.dumps(record.signature.model_dump(), sort_keys=True) if record.signature else ""
    made_from = "\0".join((record.title, record.language, record.code, signature))
    fingerprint = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    return {"title": record.title, "signature": signature, "fingerprint": fingerprint}
