"""The task library: what agents and people ask it, add to it and take out of it.

Its files are the truth (`memory.files`), its index is kept in line with them (`memory.keeper`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from memory.check import Problem, file_problems, index_problems
from memory.contents import VECTORS, parse_contents, task_contents
from memory.embedding import Embedder
from memory.files import TaskFiles
from memory.index import IndexView
from memory.keeper import IndexKeeper, Progress, entry_of, upsert
from memory.novelty import VIEWS, Hit, Novelty, View, judge_novelty, mix, scene_similarity
from memory.programs import embed_programs
from memory.record import TaskRecord
from memory.scene import scene_vector, sketch_vector
from memory.seal import break_seal, read_seal
from memory.sentence_model import MiniLM
from memory.vectors import pack_vectors, source_hash
from memory.weights import Weights
from sim.errors import UsageError
from sim.signature import Signature

if TYPE_CHECKING:
    from memory.embedding import Vectors

# How many tasks of each view are scored in all views, at least.
POOL = 50
# A text's likeness to a program is that to its words.
SEEN_AS: dict[IndexView, IndexView] = {"words": "code"}
LOCK_SECONDS = 120.0


class TaskLibrary:
    """The committed tasks of a home.

    Args:
        home: The folder that holds library, index, trash and sessions; made at the first write.
        embedder: Turns texts into vectors; MiniLM, loaded at the first use, when none is given.
        index: Address of a Chroma server that holds the index, such as `http://localhost:8000`; embedded, in the
            home, when none is given. The files are in the home in both cases.
        lock_seconds: How long to wait for another process that is writing.
        progress: Called with the tasks done and all tasks when many have to be embedded, because another model opens
            the library.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder | None = None,
        *,
        index: str | None = None,
        lock_seconds: float = LOCK_SECONDS,
        progress: Progress | None = None,
    ) -> None:
        self.home = home
        self.embedder: Embedder = embedder if embedder is not None else MiniLM()
        self.files = TaskFiles(home)
        self._keeper = IndexKeeper(self.files, self.embedder, index, lock_seconds, progress)

    # -- tasks -----------------------------------------------------------------------------------------------------

    def add(self, record: TaskRecord, pictures: Mapping[str, bytes]) -> TaskRecord:
        """Commit a task.

        Args:
            record: The task; its name must be free.
            pictures: PNG files by name, `before` and `after`.

        Raises:
            UsageError: The name is taken, or a picture has an unknown name.
            EnvironmentBroken: The home cannot be written, the model is missing, or the index is damaged.
        """
        return self._commit(record, task_contents(record, pictures))

    def adopt(self, contents: Mapping[str, bytes], name: str) -> TaskRecord:
        """Commit a task with exactly these files, as `TaskFiles.read_contents` of another library gave them.

        Its vectors are taken over when the same model made them.

        Raises:
            LibraryDamaged: The files are not those of a task of this name.
            UsageError, EnvironmentBroken: As `add`.
        """
        return self._commit(parse_contents(contents, name), contents)

    def get(self, name: str) -> TaskRecord:
        """The record of a task.

        Raises:
            UsageError: There is no such task.
            LibraryDamaged: Its files are damaged.
        """
        return self.files.read(name)

    def pictures(self, name: str) -> dict[str, bytes]:
        """The pictures of a task, PNG, by name (`before`, `after`); raises as `get`."""
        contents = self.files.read_contents(name)
        return {file.removesuffix(".png"): content for file, content in contents.items() if file.endswith(".png")}

    def names(self) -> list[str]:
        """The names of all tasks in alphabetical order, damaged ones too."""
        return self.files.names()

    def records(self) -> list[TaskRecord]:
        """All tasks that can be read, the oldest first."""
        found = (self._keeper.readable(name) for name in self.names())
        return sorted((record for record in found if record), key=lambda record: (record.moment, record.name))

    def entries(self) -> dict[str, dict[str, str]]:
        """What the index knows of every task, by name, without reading its files.

        Returns:
            For each task `title`, `signature` (JSON, empty where there is none) and `fingerprint`, which changes with
            the task.

        Raises:
            EnvironmentBroken: The index is damaged, or the home cannot be written.
        """
        if self.files.is_empty():
            return {}
        with self._keeper.reading() as index:
            return {name: dict(entry) for name, entry in sorted(index.metadatas("language").items())}

    def remove(self, name: str) -> Path:
        """Move a task to the trash; returns its folder there.

        Raises:
            UsageError: There is no such task.
        """
        self.files.require(name)
        with self._keeper.writing() as index:
            target = self.files.discard(name)
            index.delete([name])
        return target

    def restore(self, name: str) -> TaskRecord:
        """Take the task of this name that was removed last out of the trash again.

        Raises:
            UsageError: None of this name is in the trash, or the name is taken.
            LibraryDamaged: Its files are damaged; it is back in the library, see `check`.
        """
        with self._keeper.writing() as index:
            self.files.restore(name)
            record = self.files.read(name)
            upsert(index, [record], self._keeper.vectors([record]))
        return record

    # -- likeness --------------------------------------------------------------------------------------------------

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The k tasks nearest to a text (words or an instruction), nearest first.

        Raises:
            UsageError: The query is empty or k is not positive.
        """
        if not query.strip():
            raise UsageError("nothing to search for", "give a few words, such as: put the ball into the bowl")
        _require_positive(k)
        if self.files.is_empty():
            return []
        row = self.embedder.embed([query])[0]
        rows: dict[IndexView, Vectors] = {"language": row, "words": row}
        sketch = sketch_vector(query)
        return self._rank(rows if sketch is None else rows | {"scene": sketch}, None, Weights.load().text, k)

    def nearest(
        self, task: TaskRecord | str, k: int = 5, *, exclude_self: bool = False, vectors: bytes = b""
    ) -> list[Hit]:
        """The k tasks nearest to a task, in the library or not, nearest first.

        Args:
            task: A record, compared in the views it has (no code or no signature: that view is None), or a program's
                source, compared in the code view alone.
            k: How many.
            exclude_self: Leave out the library task of the same name.
            vectors: The file of vectors that a record of another library brought along; used where the same model
                made it.

        Raises:
            UsageError: There is nothing to compare, or k is not positive.
        """
        _require_positive(k)
        code, language = (task, "") if isinstance(task, str) else (task.code, task.language)
        if not code.strip() and not language:
            raise UsageError("nothing to compare: neither program nor words", "give a title, an instruction or code")
        if self.files.is_empty():
            return []
        record = None if isinstance(task, str) else task
        stored = self._keeper.unpack(vectors, record) if record else None
        rows: dict[IndexView, Vectors] = {}
        if stored:
            rows = {"code": stored["code"], "language": stored["language"]}
        if code.strip() and not stored:
            rows["code"] = embed_programs(self.embedder, [code])[0]
        if language and not stored:
            rows["language"] = self.embedder.embed([language])[0]
        if record and record.signature:
            rows["scene"] = scene_vector(record.signature)
        hits = self._rank(rows, record.signature if record else None, Weights.load().task, k + exclude_self)
        return [hit for hit in hits if not (exclude_self and record and hit.name == record.name)][:k]

    def novelty(
        self,
        record: TaskRecord,
        k: int = 5,
        *,
        exclude_self: bool = False,
        companions: Collection[str] = (),
        vectors: bytes = b"",
    ) -> Novelty:
        """Whether a task is new to the library, judged against the nearest 20 or k; raises as `nearest`.

        Args:
            record: The task.
            k: How many of the nearest to name.
            exclude_self: Leave out the library task of the same name.
            companions: Tasks that it is not compared with.
            vectors: As for `nearest`.
        """
        hits = self.nearest(record, max(k, 20), exclude_self=exclude_self, vectors=vectors)
        hits = [hit for hit in hits if hit.name not in companions]
        found = {hit.name: self._keeper.readable(hit.name) for hit in hits}
        neighbours = {name: other for name, other in found.items() if other}
        seal = read_seal(self.home)
        thresholds = seal.novelty if seal else None
        judged = judge_novelty(record, hits, neighbours=neighbours, thresholds=thresholds)
        return judged.model_copy(update={"nearest": judged.nearest[:k]})

    def vectors(self, records: Sequence[TaskRecord]) -> dict[View, Vectors]:
        """The vectors of tasks, those that lie beside them where there are some.

        Returns:
            For each view a unit row a task, (len(records), dimensions); the scene row of a task without signature is
            zero.
        """
        import numpy as np

        if not records:
            return {view: np.zeros((0, 0), dtype=np.float32) for view in VIEWS}
        rows = self._keeper.vectors(records)
        scenes = [scene_vector(record.signature) if record.signature else None for record in records]
        empty = np.zeros_like(next((row for row in scenes if row is not None), np.zeros(1, dtype=np.float32)))
        return {
            "code": np.stack([row["code"] for row in rows]),
            "language": np.stack([row["language"] for row in rows]),
            "scene": np.stack([empty if row is None else row for row in scenes]),
        }

    # -- check-up --------------------------------------------------------------------------------------------------

    def check(self) -> list[Problem]:
        """Everything that is wrong with the files and the index; changes nothing.

        Raises:
            EnvironmentBroken: The home cannot be written.
        """
        if not self.home.exists():
            return []
        with self._keeper.locked():
            problems = file_problems(self.files)
            expected = {name: entry_of(record) for name in self.names() if (record := self._keeper.readable(name))}
            return problems + index_problems(self._keeper.door, self._keeper.maker, expected, set(self.names()))

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make the index anew from the files alone, and clear away what interrupted writes left.

        Nothing is embedded whose vectors lie beside it.

        Args:
            progress: Called with the tasks done and all tasks, after every batch.

        Returns:
            How many tasks are in the index.
        """
        with self._keeper.locked():
            break_seal(self.home)
            self.files.clear_leftovers()
            self._keeper.door.delete(self._keeper.maker)
        with self._keeper.reading(progress) as index:
            return len(index.names("language"))

    def _commit(self, record: TaskRecord, contents: Mapping[str, bytes]) -> TaskRecord:
        self.files.prepare()
        self.files.require_free(record.name)
        rows = self._keeper.unpack(contents.get(VECTORS, b""), record) or self._keeper.embed([record])[0]
        vectors = {VECTORS: pack_vectors(rows, self._keeper.maker, source_hash(record))}
        with self._keeper.writing() as index:
            self.files.write(record.name, {**contents, **vectors})
            upsert(index, [record], [rows])
        return record

    def _rank(
        self, rows: Mapping[IndexView, Vectors], scene: Signature | None, shares: Mapping[View, float], k: int
    ) -> list[Hit]:
        """The k best tasks by the mixture of views, ties by name."""
        with self._keeper.reading() as index:
            near = {view: index.nearest(view, row, max(POOL, k)) for view, row in rows.items()}
            pool = sorted(set().union(*near.values()))
            found = {
                SEEN_AS.get(view, view): own
                | index.similarities(view, rows[view], [name for name in pool if name not in own])
                for view, own in near.items()
            }
            known = index.metadatas("language", pool) if scene else {}
        scored = []
        for name in pool:
            views: dict[View, float | None] = {view: found.get(view, {}).get(name) for view in VIEWS}
            signature = known.get(name, {}).get("signature")
            if scene and signature:
                views["scene"] = scene_similarity(scene, Signature.model_validate_json(signature))
            scored.append((-mix(views, shares), name, views))
        ranked = sorted(scored, key=lambda item: item[:2])
        # A task that was damaged since it was indexed is not offered: nobody could read it.
        readable = ((score, record, views) for score, name, views in ranked if (record := self._keeper.readable(name)))
        return [
            Hit(name=record.name, title=record.title, score=-score, views=views)
            for score, record, views in itertools.islice(readable, k)
        ]


def _require_positive(k: int) -> None:
    if k < 1:
        raise UsageError(f"k is {k}: at least 1 result has to be asked for", "give a positive number")
