"""A dataset of demonstrations, opened for reading: what is in it, and its steps as arrays.

Every shard is compared with the hash in the manifest before a byte of it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from policy.demonstration import Demonstration
from policy.manifest import DatasetDamaged, Manifest, ShardEntry, TaskSummary, read_manifest
from policy.observation import metres, shrink
from sim.camera import HEIGHTMAP_SHAPE, Resolution
from sim.errors import UsageError, did_you_mean
from sim.layout import Primitive

MOST_THREADS = 8
Read = TypeVar("Read")


@dataclass(frozen=True, eq=False)
class Samples:
    """Steps of demonstrations as arrays; N steps, H x W pixels.

    Attributes:
        color: (N, H, W, 3) uint8 RGB.
        height: (N, H, W) uint16, tenths of a millimetre; `heights` gives metres.
        pick: (N, 3) float32: x, y (m), yaw (rad).
        place: (N, 3) float32: x, y (m), yaw (rad).
        task: (N,) int64, index into `tasks`.
        episode: (N,) int64, the episode's number in its task, from 0.
        step: (N,) int64, the step's number in its episode, from 0.
        instruction: (N,) int64, index into `instructions`.
        tasks: Names of the tasks.
        primitives: The motion primitive of each task.
        appearances: In which appearance each task was recorded.
        instructions: The different instructions.
    """

    color: NDArray[np.uint8]
    height: NDArray[np.uint16]
    pick: NDArray[np.float32]
    place: NDArray[np.float32]
    task: NDArray[np.int64]
    episode: NDArray[np.int64]
    step: NDArray[np.int64]
    instruction: NDArray[np.int64]
    tasks: tuple[str, ...]
    primitives: tuple[Primitive, ...]
    appearances: tuple[str, ...]
    instructions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.task)

    def heights(self, rows: NDArray[np.int64] | slice) -> NDArray[np.float32]:
        """The height maps of some steps in metres."""
        return metres(self.height[rows])


@dataclass(frozen=True)
class _Part:
    """Of a shard the steps that are wanted, and where they go."""

    task: int
    name: str
    entry: ShardEntry
    steps: int
    start: int


class Dataset:
    """A dataset on the disk.

    Args:
        folder: Its folder.
        manifest: What it holds.

    Attributes:
        tasks: The tasks that have demonstrations, by name.
        left_out: Those that were given up, since the oracle failed too often.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        everything = manifest.tasks.items()
        self.tasks: Mapping[str, TaskSummary] = {name: task for name, task in everything if task.shards}
        self.left_out: Mapping[str, TaskSummary] = {name: task for name, task in everything if task.given_up}

    @classmethod
    def open(cls, folder: Path) -> Dataset:
        """Opens a dataset.

        Raises:
            UsageError: There is none.
            DatasetDamaged: Its manifest is damaged or of another version, or a shard is missing or cut off.
        """
        dataset = cls(folder, read_manifest(folder))
        for name, task in dataset.tasks.items():
            for entry in task.shards:
                path = folder / entry.file
                if not path.is_file():
                    raise dataset._damaged(name, entry, "is missing")
                if path.stat().st_size != entry.bytes:
                    raise dataset._damaged(name, entry, f"has {path.stat().st_size} bytes instead of {entry.bytes}")
        return dataset

    def content(self, name: str, entry: ShardEntry) -> bytes:
        """The bytes of a shard of a task.

        Raises:
            DatasetDamaged: They are not those that were written.
        """
        from policy.shards import sha256

        try:
            content = (self.folder / entry.file).read_bytes()
        except OSError as error:
            raise self._damaged(name, entry, f"cannot be read: {error.strerror}") from None
        if sha256(content) != entry.sha256:
            raise self._damaged(name, entry, "does not have the SHA-256 that the manifest tells")
        return content

    def demonstrations(self, name: str) -> Iterator[Demonstration]:
        """The demonstrations of a task, in order.

        Raises:
            UsageError: There is no such task.
            DatasetDamaged: A shard is damaged.
        """
        from policy.shards import decode_demonstrations

        self.require({name: 0})
        for entry in self.tasks[name].shards:
            yield from decode_demonstrations(self.content(name, entry))

    def load(self, episodes: Mapping[str, int] | None = None, resolution: Resolution = "full") -> Samples:
        """Steps as arrays, in the order of tasks, episodes and steps.

        Args:
            episodes: How many of each task, from its first on; all of all tasks when there is none.
            resolution: `full` is 160 x 320 pixels, `half` 80 x 160.

        Raises:
            UsageError: The dataset has no such task, or not so many of its episodes, or nothing at all.
            DatasetDamaged: A shard is damaged.
        """
        wanted = {name: task.episodes for name, task in self.tasks.items()} if episodes is None else dict(episodes)
        self.require(wanted)
        parts = list(self._parts(wanted))
        count = sum(part.steps for part in parts)
        rows, columns = HEIGHTMAP_SHAPE if resolution == "full" else (HEIGHTMAP_SHAPE[0] // 2, HEIGHTMAP_SHAPE[1] // 2)
        samples = Samples(
            color=np.empty((count, rows, columns, 3), np.uint8),
            height=np.empty((count, rows, columns), np.uint16),
            pick=np.empty((count, 3), np.float32),
            place=np.empty((count, 3), np.float32),
            task=np.empty(count, np.int64),
            episode=np.empty(count, np.int64),
            step=np.empty(count, np.int64),
            instruction=np.empty(count, np.int64),
            tasks=tuple(wanted),
            primitives=tuple(self.tasks[name].primitive for name in wanted),
            appearances=tuple(self.tasks[name].appearance for name in wanted),
            instructions=(),
        )
        told = _threaded(lambda part: self._fill(part, samples), parts)
        numbers: dict[str, int] = {}
        for part, words in zip(parts, told, strict=True):
            found = [numbers.setdefault(text, len(numbers)) for text in words]
            samples.instruction[part.start : part.start + part.steps] = found
        return Samples(**{**vars(samples), "instructions": tuple(numbers)})

    def _parts(self, wanted: Mapping[str, int]) -> Iterator[_Part]:
        start = 0
        for task, (name, count) in enumerate(wanted.items()):
            for entry in self.tasks[name].shards:
                steps = sum(entry.steps[: max(0, count - entry.first)])
                if steps:
                    yield _Part(task, name, entry, steps, start)
                    start += steps

    def _fill(self, part: _Part, samples: Samples) -> list[str]:
        """Copies the steps of a shard to their place; their instructions."""
        from policy.shards import decode

        rows = decode(self.content(part.name, part.entry))
        into, taken = slice(part.start, part.start + part.steps), slice(part.steps)
        color, height = rows.color[taken], rows.height[taken]
        half = samples.color.shape[1] != color.shape[1]
        samples.color[into], samples.height[into] = shrink(color, height) if half else (color, height)
        samples.pick[into], samples.place[into] = rows.pick[taken], rows.place[taken]
        samples.task[into], samples.episode[into], samples.step[into] = part.task, rows.episode[taken], rows.step[taken]
        return rows.instruction[taken]

    def require(self, episodes: Mapping[str, int]) -> None:
        """Refuses what the dataset does not have.

        Raises:
            UsageError: It has no such task, or not so many of its episodes, or nothing at all.
        """
        if not self.tasks:
            raise UsageError(f"the dataset {self.folder} has no demonstrations", "record some with simsmith demos")
        for name, count in episodes.items():
            if name in self.left_out:
                raise UsageError(f"{name!r} was left out of {self.folder}", self.left_out[name].given_up)
            if name not in self.tasks:
                raise UsageError(f"no task {name!r} in {self.folder}", did_you_mean(name, self.tasks))
            there = self.tasks[name].episodes
            if count > there:
                raise UsageError(
                    f"{self.folder} has {there} demonstrations of {name!r}, not {count}",
                    f"{self._command(name, count)} records the others",
                )

    def _damaged(self, name: str, entry: ShardEntry, what: str) -> DatasetDamaged:
        remedy = f"{self._command(name, self.tasks[name].episodes)} records it again"
        return DatasetDamaged(f"{self.folder / entry.file} {what}", remedy)

    def _command(self, name: str, episodes: int) -> str:
        """What records so many episodes of a task as those that are there were recorded."""
        task = self.tasks[name]
        given = ["simsmith demos", str(self.folder), f"--tasks {name}", f"--episodes {episodes}"]
        given += [f"--appearance {task.appearance}"] if task.appearance != "plain" else []
        given += ["--test-colors"] if task.mode == "test" else []
        given += [f"--rules {task.rules}"] if task.rules != "strict" else []
        return " ".join(given)


def _threaded(function: Callable[[_Part], Read], parts: list[_Part]) -> list[Read]:
    """The function of each part, several at a time: hashing and decompression leave the interpreter free."""
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:
        return list(threads.map(function, parts))
