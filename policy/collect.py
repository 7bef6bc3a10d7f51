"""Collecting demonstrations: oracle episodes in a pool of workers, written shard by shard.

Seeds count up from `TRAIN_SEEDS` until a task has as many demonstrations as are wanted; a shard holds the next ten of
them. So its bytes depend on the task alone: not on the number of workers, and not on how often the work was stopped. A
process that is killed loses the episodes of one shard. Model-written programs are laid out here, in the sandbox;
workers are given the layouts.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from memory.lock import held
from policy.card import write_card
from policy.dataset import Dataset
from policy.demonstration import APPEARANCES, BROKEN, Demonstration, Recording, Rejected, record, unbuildable
from policy.manifest import SHARDS, DatasetDamaged, TaskSummary
from policy.seeds import TRAIN_SEEDS, VALIDATION_SEEDS
from policy.tasks import PracticeTask
from policy.writer import EPISODES_A_SHARD, DatasetWriter
from sim.errors import EnvironmentBroken, SimsmithError, TaskError, UsageError, did_you_mean
from sim.layout import Rules
from sim.sandbox import Sandbox
from sim.workers import Lost, Workers

SLACK = 10  # failures more than successes, after which a task is given up
PATIENCE = 1.0  # seconds to wait for another process that writes the dataset
Result = TypeVar("Result")


@dataclass(frozen=True)
class Look:
    """How episodes are recorded.

    Attributes:
        appearance: How the table looks: `plain`, `randomised` or `pseudo-real`.
        rules: The rules that success is judged by.
    """

    appearance: str = "plain"
    rules: Rules = "strict"

    def __post_init__(self) -> None:
        """Refuses what there is not.

        Raises:
            UsageError: No such appearance.
        """
        if self.appearance not in APPEARANCES:
            raise UsageError(f"no appearance {self.appearance!r}", did_you_mean(self.appearance, APPEARANCES))


@dataclass(frozen=True)
class Progress:
    """How far collecting is.

    Attributes:
        task: The task that is being worked on.
        episodes: Demonstrations of all tasks that were asked for, with those that were there before.
        wanted: How many there will be; less when a task is given up.
        rejected: Episodes of this run that were no demonstrations.
    """

    task: str
    episodes: int
    wanted: int
    rejected: int


def collect(
    folder: Path,
    tasks: Sequence[PracticeTask],
    episodes: int | Mapping[str, int],
    *,
    sandbox: Sandbox,
    workers: Workers,
    look: Look | None = None,
    command: str = "",
    tell: Callable[[Progress], None] | None = None,
) -> Dataset:
    """Records what a dataset does not have yet of these tasks; a task whose oracle fails too often is left out.

    Args:
        folder: The dataset's folder; made when it is not there.
        tasks: The tasks.
        episodes: How many demonstrations of each task, or of each by its name.
        sandbox: Where programs are laid out.
        workers: Where episodes run.
        look: How they are recorded.
        command: What was asked for, for the card.
        tell: Called after each episode.

    Returns:
        The dataset; the tasks that were given up are in its `left_out`.

    Raises:
        UsageError: The dataset has a task of this name that is another one, or that was recorded otherwise.
        DatasetDamaged: The manifest is damaged, or a damaged shard cannot be made again.
        EnvironmentBroken: The disk refuses, or another process is writing the dataset.
        KeyboardInterrupt: The user stopped it; what was recorded has been written.
    """
    wanted = {task.name: episodes if isinstance(episodes, int) else episodes[task.name] for task in tasks}
    try:
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
        with held(folder / ".lock", PATIENCE):
            collector = _Collector(DatasetWriter(folder), sandbox, workers, look or Look(), tell)
            collector.run(tasks, wanted, command)
    except OSError as error:
        raise EnvironmentBroken(
            f"the dataset {folder} cannot be written: {error.strerror}",
            "make room, and run the same command again: what was recorded is kept",
        ) from None
    return Dataset.open(folder)


@dataclass
class _Open:
    """A task that is being recorded, with what came since its last shard was written.

    Attributes:
        task: The task.
        wanted: How many demonstrations it shall have.
        summary: What is on the disk.
        new: Demonstrations that are not.
        rejected: Rejected episodes that the summary does not count, by reason.
        next_seed: The first seed that was not tried.
    """

    task: PracticeTask
    wanted: int
    summary: TaskSummary
    next_seed: int
    new: list[Demonstration] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def episodes(self) -> int:
        return self.summary.episodes + len(self.new)

    @property
    def missing(self) -> int:
        return 0 if self.summary.given_up else max(0, self.wanted - self.episodes)

    @property
    def failures(self) -> int:
        return self.summary.failures + self.rejected.total()

    def told(self) -> TaskSummary:
        """The summary with the seeds tried since."""
        rejected = Counter(self.summary.rejected) + self.rejected
        update = {"next_seed": self.next_seed, "rejected": dict(sorted(rejected.items()))}
        return self.summary.model_copy(update=update)


class _Collector:
    """Collects demonstrations into one dataset.

    Args:
        writer: Where they go.
        sandbox: Where programs are laid out.
        workers: Where episodes run.
        look: How they are recorded.
        tell: Called after each episode.
    """

    def __init__(
        self,
        writer: DatasetWriter,
        sandbox: Sandbox,
        workers: Workers,
        look: Look,
        tell: Callable[[Progress], None] | None,
    ) -> None:
        self.writer, self.sandbox, self.workers, self.look, self.tell = writer, sandbox, workers, look, tell
        self.open: dict[str, _Open] = {}
        self.rejected = 0

    def run(self, tasks: Sequence[PracticeTask], wanted: Mapping[str, int], command: str) -> None:
        """Records what is missing; whatever stops it, what was recorded is written, and the card too."""
        for task in tasks:
            summary = self._summary(task)
            self.open[task.name] = _Open(task, wanted[task.name], summary, summary.next_seed)
        self.writer.begin(command)
        try:
            for item in self.open.values():
                self._mend(item)
            while missing := [item for item in self.open.values() if item.missing]:
                self._round(missing)
        except (KeyboardInterrupt, SimsmithError):
            for item in self.open.values():
                self._write(item)
            raise
        finally:
            write_card(self.writer.folder, self.writer.manifest)

    def _summary(self, task: PracticeTask) -> TaskSummary:
        """What there is of a task; it must be the same one, unless it was left out and may have been changed."""
        asked = TaskSummary(
            origin=task.origin,
            program_sha256=task.program_hash,
            mode=task.mode,
            appearance=self.look.appearance,
            rules=self.look.rules,
            next_seed=TRAIN_SEEDS,
        )
        there = self.writer.manifest.tasks.get(task.name)
        if there is None:
            return asked
        other = _difference(there, asked)
        if other and not there.given_up:
            folder = self.writer.folder
            raise UsageError(f"the dataset {folder} has {task.name!r} with {other}", "record it under another name")
        return asked if other else there

    def _mend(self, item: _Open) -> None:
        """Records the episodes of damaged shards again."""
        dataset = Dataset(self.writer.folder, self.writer.manifest)
        for entry in item.summary.shards:
            with contextlib.suppress(DatasetDamaged):
                dataset.content(item.task.name, entry)
                continue
            found = list(self.workers.map(record, (self._recording(item.task, seed) for seed in entry.seeds)))
            again = [result for result in found if isinstance(result, Demonstration)]
            if len(again) < len(found):
                raise DatasetDamaged(
                    f"{self.writer.folder / entry.file} is damaged, and its seeds are not all solved any more",
                    "another version recorded it: record the dataset under another name",
                )
            item.summary = self.writer.again(item.task.name, entry, again)

    def _round(self, items: Sequence[_Open]) -> None:
        """Tries as many seeds of each task as it lacks demonstrations, so that none is recorded in vain."""
        current = items[0]
        with _ended(self.workers.map(record, self._recordings(items))) as results:
            for result in results:
                if isinstance(result, Lost):
                    result = Rejected(result.item.task, result.item.seed, BROKEN, result.reason)
                item = self.open[result.task]
                if item is not current:
                    self._write(current)
                    current = item
                if not item.summary.given_up:
                    self._take(item, result)
        self._write(current)

    def _recordings(self, items: Sequence[_Open]) -> Iterator[Recording]:
        for item in items:
            for seed in itertools.islice(itertools.count(item.next_seed), item.missing):
                if item.summary.given_up:
                    break
                yield self._recording(item.task, seed)

    def _recording(self, task: PracticeTask, seed: int) -> Recording:
        if seed >= VALIDATION_SEEDS:
            raise UsageError(f"{task.name!r} has used up the seeds for training", "ask for fewer episodes")
        try:
            layout = task.layout(seed, self.sandbox, self.look.rules)
        except TaskError as error:
            return Recording(task.name, seed, unbuildable(task.name, seed, error))
        return Recording(task.name, seed, layout, self.look.rules, self.look.appearance)

    def _take(self, item: _Open, result: Demonstration | Rejected) -> None:
        """Notes what became of the next seed of a task."""
        item.next_seed = result.seed + 1
        if isinstance(result, Demonstration):
            item.new.append(result)
            if item.episodes % EPISODES_A_SHARD == 0:
                self._write(item)
        else:
            self.rejected += 1
            item.rejected[result.reason] += 1
            if item.failures >= item.episodes + SLACK:
                self._give_up(item, result)
        if self.tell is not None:
            there = sum(min(entry.wanted, entry.episodes) for entry in self.open.values())
            missing = sum(entry.missing for entry in self.open.values())
            self.tell(Progress(item.task.name, there, there + missing, self.rejected))

    def _write(self, item: _Open) -> None:
        """Writes what is new of a task."""
        if item.new or item.rejected:
            item.summary = self.writer.append(item.task.name, item.told(), item.new)
            item.new.clear()
            item.rejected.clear()

    def _give_up(self, item: _Open, last: Rejected) -> None:
        """Leaves a task out: the episodes that its oracle does solve would be the easy ones."""
        why = f"the oracle failed on {item.failures} of {item.failures + item.episodes} seeds, last with {last.reason}"
        given_up = f"{why}: {last.detail}" if last.detail else why
        summary = item.told().model_copy(update={"given_up": given_up, "shards": ()})
        item.summary = self.writer.put(item.task.name, summary)
        item.new.clear()
        item.rejected.clear()


@contextlib.contextmanager
def _ended(results: Iterator[Result]) -> Iterator[Iterator[Result]]:
    """Results of workers, whose work ends with the block: not later, when nobody knows in which thread."""
    try:
        yield results
    finally:
        if isinstance(results, Generator):
            results.close()


def _difference(there: TaskSummary, asked: TaskSummary) -> str:
    """In what a task that a dataset has is not the one that is asked for; empty when it is."""
    told = {
        "program_sha256": "another program",
        "mode": f"{there.mode} colours",
        "appearance": f"the appearance {there.appearance}",
        "rules": f"{there.rules} rules",
    }
    return ", ".join(words for name, words in told.items() if getattr(there, name) != getattr(asked, name))
