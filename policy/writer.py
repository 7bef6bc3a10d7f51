"""Writing a dataset: demonstrations become shards, and the manifest knows a shard when it is on the disk, not before.

So whatever ends the process, the dataset is whole, and what the manifest does not know is litter.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from memory.atomic import TEMPORARY_PREFIX, write_atomically
from policy.demonstration import Demonstration
from policy.manifest import MANIFEST, SHARDS, Manifest, ShardEntry, TaskSummary, read_manifest, write_manifest
from policy.shards import encode, sha256

EPISODES_A_SHARD = 10
TOLD_INSTRUCTIONS = 5
PACKAGES = ("simsmith", "pybullet", "pyarrow")


class DatasetWriter:
    """A dataset that is being written, by one process at a time.

    Args:
        folder: Its folder, with or without a dataset in it.

    Attributes:
        manifest: What is on the disk.

    Raises:
        DatasetDamaged: The manifest is damaged or of another version.
        OSError: The disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder) if (folder / MANIFEST).exists() else Manifest()

    def begin(self, command: str = "") -> None:
        """Notes what was asked for and who writes, and deletes what a killed writer left.

        Raises:
            OSError: The disk refuses.
        """
        commands = dict.fromkeys([*self.manifest.commands, *([command] if command else [])])
        versions = {name: _with(self.manifest.versions.get(name, ""), version(name)) for name in PACKAGES}
        self._save(self.manifest.model_copy(update={"versions": versions, "commands": tuple(commands)}))
        for path in [*(self.folder / SHARDS).glob("*/*.parquet"), *self.folder.rglob(f"{TEMPORARY_PREFIX}*")]:
            if path not in self._known():
                path.unlink(missing_ok=True)

    def append(self, name: str, summary: TaskSummary, demonstrations: Sequence[Demonstration]) -> TaskSummary:
        """Adds demonstrations to a task; a last shard that is not full is replaced by one with the first of them.

        Args:
            name: The task.
            summary: Its summary, brought up to date but for what depends on the demonstrations.
            demonstrations: Those that follow its last ones.

        Returns:
            The summary as it is in the manifest now.

        Raises:
            OSError: The disk refuses; the dataset is as it was.
        """
        shards = list(summary.shards)
        rest = list(demonstrations)
        while rest:
            open_ = shards.pop() if shards and len(shards[-1].seeds) < EPISODES_A_SHARD else None
            room = EPISODES_A_SHARD - (len(open_.seeds) if open_ else 0)
            shards.append(self._shard(name, rest[:room], open_, sum(len(entry.seeds) for entry in shards)))
            rest = rest[room:]
        said = [step.instruction for demonstration in demonstrations for step in demonstration.steps]
        update = {
            "shards": tuple(shards),
            "instructions": tuple(dict.fromkeys([*summary.instructions, *said]))[:TOLD_INSTRUCTIONS],
            "primitive": demonstrations[0].layout.primitive if demonstrations else summary.primitive,
        }
        return self.put(name, summary.model_copy(update=update))

    def again(self, name: str, damaged: ShardEntry, demonstrations: Sequence[Demonstration]) -> TaskSummary:
        """Puts a shard in the place of a damaged one with the same episodes; the task's summary as it is now."""
        summary = self.manifest.tasks[name]
        shard = self._shard(name, demonstrations, None, damaged.first)
        shards = tuple(shard if entry == damaged else entry for entry in summary.shards)
        return self.put(name, summary.model_copy(update={"shards": shards}))

    def put(self, name: str, summary: TaskSummary) -> TaskSummary:
        """Notes a task's summary, and deletes the shards that it does not know any more."""
        before = self._known()
        tasks = {**self.manifest.tasks, name: summary}
        self._save(self.manifest.model_copy(update={"tasks": dict(sorted(tasks.items()))}))
        for path in before - self._known():
            path.unlink(missing_ok=True)
        return summary

    def _shard(
        self, name: str, demonstrations: Sequence[Demonstration], before: ShardEntry | None, first: int
    ) -> ShardEntry:
        """Writes a shard of demonstrations, after those of another one."""
        content = (self.folder / before.file).read_bytes() if before else b""
        seeds, steps = (before.seeds, before.steps) if before else ((), ())
        start = first + len(seeds)
        content = encode(demonstrations, start, content)
        last = start + len(demonstrations) - 1
        file = f"{SHARDS}/{name}/{first:05d}-{last:05d}.parquet"
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, content)
        return ShardEntry(
            file=file,
            sha256=sha256(content),
            bytes=len(content),
            first=first,
            seeds=(*seeds, *(item.seed for item in demonstrations)),
            steps=(*steps, *(len(item.steps) for item in demonstrations)),
        )

    def _save(self, manifest: Manifest) -> None:
        write_manifest(self.folder, manifest)
        self.manifest = manifest

    def _known(self) -> set[Path]:
        return {self.folder / entry.file for task in self.manifest.tasks.values() for entry in task.shards}


def _with(versions: str, another: str) -> str:
    """Versions with commas between them, and another one, each once."""
    return ", ".join(dict.fromkeys([*filter(None, versions.split(", ")), another]))
