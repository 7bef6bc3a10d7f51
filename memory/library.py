"""The task library: files that people can read, and an index that is made from them.

Writing goes files first, then index, under one lock for all processes. Before every search the index is compared with
the folders and mended, so that whatever an interrupted process left undone is done by the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from memory.check import Problem, file_problems, index_problems
from memory.embedding import Embedder, MiniLM, embed_programs
from memory.errors import LibraryDamaged
from memory.files import TaskFiles, parse_contents, task_contents
from memory.index import INDEX_VERSION, IndexView, TaskIndex, delete_index, open_index
from memory.novelty import VIEWS, Hit, Novelty, View, judge_novelty, mix, scene_similarity
from memory.record import TaskRecord
from sim.errors import EnvironmentBroken, UsageError

if TYPE_CHECKING:
    from memory.embedding import Vectors

# Shares of the views in a score. Provisional, to be calibrated: a text asks for what a task is about, and says
# little of how its program looks; a task is compared in all three views.
TEXT_SHARES: dict[View, float] = {"language": 0.85, "code": 0.15}
TASK_SHARES: dict[View, float] = {"code": 0.3, "language": 0.35, "scene": 0.35}

# How many tasks of each view are scored in all views, at least.
POOL = 50
# Tasks embedded and written at once.
BATCH = 64
LOCK_SECONDS = 120.0


class TaskLibrary:
    """The committed tasks of a home.

    Args:
        home: The folder that holds library, index, trash and sessions; made at the first write.
        embedder: Turns texts into vectors; MiniLM, loaded at the first use, when none is given.
        lock_seconds: How long to wait for another process that is writing.
    """

    def __init__(self, home: Path, embedder: Embedder | None = None, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self.home = home
        self.embedder: Embedder = embedder if embedder is not None else MiniLM()
        self.files = TaskFiles(home)
        self._lock_seconds = lock_seconds

    def add(self, record: TaskRecord, pictures: Mapping[str, bytes]) -> TaskRecord:
        """Commit a task.

        Args:
            record: The task; its name must be free.
            pictures: PNG files by name, `before` and `after`.

        Raises:
            UsageError: The name is taken, or a picture has an unknown name.
            EnvironmentBroken: The home cannot be written, the model is missing, or the index is damaged.
        """
        self.files.prepare()
        self.files.require_free(record.name)
        contents = task_contents(record, pictures)
        entries = self._embed([record])
        with self._locked(), self._index() as index:
            self.files.write(record.name, contents)
            _upsert(index, entries)
        return record

    def adopt(self, contents: Mapping[str, bytes]) -> TaskRecord:
        """Commit a task with exactly these files."""
        name = json.loads(contents["task.json"])["name"]
        record = parse_contents(contents, name)
        self.files.prepare()
        self.files.require_free(name)
        entries = self._embed([record])
        with self._locked(), self._index() as index:
            self.files.write(name, contents)
            _upsert(index, entries)
        return record

    def restore(self, name: str) -> TaskRecord:
        """Bring the task of this name that was removed last back from the trash."""
        self.files.require_free(name)
        found = sorted(path for path in self.files.trash.glob(f"{name}-*") if path.name.rsplit("-", 1)[0] == name)
        if not found:
            raise UsageError(f"no task {name!r} in the trash")
        with self._locked():
            found[-1].rename(self.files.folder / name)
        return self.get(name)

    def get(self, name: str) -> TaskRecord:
        """The record of a task.

        Raises:
            UsageError: There is no such task.
            LibraryDamaged: Its files are damaged.
        """
        return self.files.read(name)

    def pictures(self, name: str) -> dict[str, bytes]:
        """The pictures of a task, PNG, by name (`before`, `after`); raises as `get`."""
        return self.files.read_pictures(name)

    def names(self) -> list[str]:
        """The names of all tasks in alphabetical order, damaged ones too."""
        return self.files.names()

    def records(self) -> list[TaskRecord]:
        """All tasks that can be read, the oldest first."""
        found = (self._readable(name) for name in self.names())
        return sorted((record for record in found if record), key=lambda record: (record.moment, record.name))

    def remove(self, name: str) -> Path:
        """Move a task to the trash; returns its folder there.

        Raises:
            UsageError: There is no such task.
        """
        self.files.require(name)
        with self._locked(), self._index() as index:
            target = self.files.discard(name)
            index.delete([name])
        return target

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The k tasks nearest to a text (words or an instruction), nearest first.

        Raises:
            UsageError: The query is empty or k is not positive.
        """
        if not query.strip():
            raise UsageError("nothing to search for", "give a few words, such as: put the ball into the bowl")
        _require_positive(k)
        row = self.embedder.embed([query])[0] if self.names() else None
        return [] if row is None else self._rank({"language": row, "code": row}, None, TEXT_SHARES, k)

    def nearest(self, task: TaskRecord | str, k: int = 5, *, exclude_self: bool = False) -> list[Hit]:
        """The k tasks nearest to a task, in the library or not, nearest first.

        Args:
            task: A record, compared in the views it has (no code or no signature: that view is None), or a program's
                source, compared in the code view alone.
            k: How many.
            exclude_self: Leave out the library task of the same name.

        Raises:
            UsageError: There is nothing to compare, or k is not positive.
        """
        _require_positive(k)
        code, language = (task, "") if isinstance(task, str) else (task.code, task.language)
        if not code.strip() and not language:
            raise UsageError("nothing to compare: neither program nor words", "give a title, an instruction or code")
        if not self.names():
            return []
        rows: dict[IndexView, Vectors] = {}
        if code.strip():
            rows["code"] = embed_programs(self.embedder, [code])[0]
        if language:
            rows["language"] = self.embedder.embed([language])[0]
        record = None if isinstance(task, str) else task
        hits = self._rank(rows, record, TASK_SHARES, k + exclude_self)
        return [hit for hit in hits if not (exclude_self and record and hit.name == record.name)][:k]

    def novelty(self, record: TaskRecord, k: int = 5, *, exclude_self: bool = False) -> Novelty:
        """Whether a task is new to the library, judged against the nearest 20; raises as `nearest`."""
        hits = self.nearest(record, max(k, 20), exclude_self=exclude_self)
        found = {hit.name: self._readable(hit.name) for hit in hits}
        neighbours = {name: other for name, other in found.items() if other}
        judged = judge_novelty(record, hits, neighbours=neighbours)
        return judged.model_copy(update={"nearest": judged.nearest[:k]})

    def check(self) -> list[Problem]:
        """Everything that is wrong with the files and the index; changes nothing.

        Raises:
            EnvironmentBroken: The home cannot be written.
        """
        if not self.home.exists():
            return []
        with self._locked():
            problems = file_problems(self.files)
            expected = {name: _fingerprint(record) for name in self.names() if (record := self._readable(name))}
            return problems + index_problems(self.home / "index", self._maker, expected, set(self.names()))

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Make the index anew from the files alone, and clear away what interrupted writes left.

        Args:
            progress: Called with the tasks done and all tasks, after every batch.

        Returns:
            How many tasks are in the index.
        """
        records = self.records()
        entries: list[_Entry] = []
        for start in range(0, len(records), BATCH):
            entries += self._embed(records[start : start + BATCH])
            if progress:
                progress(len(entries), len(records))
        with self._locked():
            self.files.clear_leftovers()
            delete_index(self.home / "index")
            with self._index() as index:
                _upsert(index, entries)
        return len(entries)

    @property
    def _maker(self) -> str:
        """What makes the vectors: model and version of the way they are made."""
        return f"{self.embedder.name}/{INDEX_VERSION}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the library against all other processes and threads."""
        import filelock

        self.files.prepare()
        path = self.home / "library.lock"
        lock = filelock.FileLock(path, timeout=self._lock_seconds)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise EnvironmentBroken(
                f"another process has held {path} for {self._lock_seconds:.0f} s", "wait for it, or end it"
            ) from error
        except OSError as error:
            raise EnvironmentBroken(f"{path} cannot be locked: {error.strerror}", "choose another --home") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _index(self) -> Iterator[TaskIndex]:
        """The open index, emptied when another embedder made it; with the lock held."""
        with open_index(self.home / "index", self._maker) as index:
            if index.made_by() != self._maker:
                index.clear()
            yield index

    def _readable(self, name: str) -> TaskRecord | None:
        """The record of a task, None when it is damaged or gone."""
        try:
            return self.files.read(name)
        except (LibraryDamaged, UsageError):
            return None

    def _embed(self, records: Sequence[TaskRecord]) -> list[_Entry]:
        code = embed_programs(self.embedder, [record.code for record in records])
        language = self.embedder.embed([record.language or record.name for record in records])
        return list(zip(records, code, language, strict=True))

    def _mend(self, index: TaskIndex) -> None:
        """Bring the index in line with the folders: add what is missing, forget what is gone."""
        names = set(self.names())
        found = index.fingerprints()
        gone = sorted((set(found["code"]) | set(found["language"])) - names)
        if gone:
            index.delete(gone)
        missing = sorted(names - (set(found["code"]) & set(found["language"])))
        records = [record for record in map(self._readable, missing) if record]
        for start in range(0, len(records), BATCH):
            _upsert(index, self._embed(records[start : start + BATCH]))

    def _rank(
        self, rows: Mapping[IndexView, Vectors], record: TaskRecord | None, shares: Mapping[View, float], k: int
    ) -> list[Hit]:
        """The k best tasks by the mixture of views, ties by name."""
        with self._locked(), self._index() as index:
            self._mend(index)
            pool = sorted({name for view, row in rows.items() for name in index.nearest(view, row, max(POOL, k))})
            found = {view: index.similarities(view, row, pool) for view, row in rows.items()}
        hits = [self._hit(name, record, found, shares) for name in pool]
        return sorted((hit for hit in hits if hit), key=lambda hit: (-hit.score, hit.name))[:k]

    def _hit(
        self,
        name: str,
        record: TaskRecord | None,
        found: Mapping[IndexView, Mapping[str, float]],
        shares: Mapping[View, float],
    ) -> Hit | None:
        other = self._readable(name)
        if other is None:
            return None
        views: dict[View, float | None] = dict.fromkeys(VIEWS)
        views.update({view: values.get(name) for view, values in found.items()})
        if record and record.signature and other.signature:
            views["scene"] = scene_similarity(record.signature, other.signature)
        return Hit(name=name, title=other.title, score=mix(views, shares), views=views)


_Entry = tuple[TaskRecord, "Vectors", "Vectors"]


def _upsert(index: TaskIndex, entries: Sequence[_Entry]) -> None:
    """Write embedded tasks into the index, in batches."""
    import numpy as np

    for start in range(0, len(entries), BATCH):
        records, code, language = zip(*entries[start : start + BATCH], strict=True)
        index.upsert(
            [record.name for record in records],
            {"code": np.stack(code), "language": np.stack(language)},
            [_fingerprint(record) for record in records],
        )


def _require_positive(k: int) -> None:
    if k < 1:
        raise UsageError(f"k is {k}: at least 1 result has to be asked for", "give a positive number")


def _fingerprint(record: TaskRecord) -> str:
    """What a task's vectors are made from, as a hash."""
    return hashlib.sha256(f"{record.language}\0{record.code}".encode()).hexdigest()[:16]
