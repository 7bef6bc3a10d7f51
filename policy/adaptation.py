"""Adaptation: a trained policy goes on learning from a handful of episodes of another source.

Pseudo-real or recorded elsewhere, they come in the dataset format of `simsmith demos`. So this is training that begins
with another policy's weights, at a lower rate; and, against forgetting, on the old episodes too.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from policy.acting import policy_config
from policy.checkpoint import CONFIG, disk_errors, read_document
from policy.config import TrainConfig
from policy.dataset import Dataset
from policy.manifest import SHARDS, Manifest, ShardEntry, TaskSummary, write_manifest
from policy.training import Progress, TrainingResult, train
from sim.errors import UsageError

RATE = 0.1  # of the learning rate that the policy was trained with
KEPT = "-kept"  # ends the name of a task that is rehearsed
LONGEST_NAME = 80


def adapt(
    policy: Path,
    dataset: Path,
    folder: Path,
    *,
    steps: int,
    episodes: int,
    keep: Path | None = None,
    disturb: bool = False,
    seed: int = 0,
    on_step: Callable[[Progress], object] | None = None,
    stop: Callable[[], bool] | None = None,
    device: str = "auto",
) -> TrainingResult:
    """Fine-tunes a policy; one that was stopped goes on, one that is done is left as it is.

    Args:
        policy: Folder of the policy that it begins with.
        dataset: Folder of demonstrations from the other source.
        folder: The new policy's; made when it is not there.
        steps: Batches that are learnt from.
        episodes: How many of each task, from its first on; all where there are fewer.
        keep: Folder of the demonstrations that the policy was trained on: those that it learnt from are rehearsed; all
            of them where it learnt from other tasks.
        disturb: Whether lamps, tables and sensors of plain demonstrations, such as those that are kept, are drawn anew.
        seed: Of the choice of steps and of their augmentation.
        on_step: Told after each step how far it is.
        stop: Asked after each step whether to write a checkpoint and end.
        device: `cpu`, `cuda`, or `auto`.

    Raises:
        UsageError: There is no such policy or dataset, nothing that can be disturbed, or the folder was trained
            otherwise.
        FileDamaged: A shard, or a file of a policy, is damaged.
        Diverged: The loss is no number any more.
        EnvironmentBroken: The disk refuses, or there is no such device.
    """
    if folder.resolve() == policy.resolve():
        raise UsageError(f"{folder} is the policy that is adapted", "give the new one another --name")
    config = adapted(policy_config(policy), steps, seed, disturb=disturb)
    data = read_document(policy / CONFIG).get("data", {})
    wanted: Mapping[str, int] = first_episodes(Dataset.open(dataset), episodes)
    with contextlib.ExitStack() as stack:
        if keep is not None:  # again the same for a policy that was stopped
            with disk_errors(folder):
                mixture = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simsmith-adapt-")))
            dataset, wanted = mixture, mix(dataset, keep, mixture, episodes, data)
        return train(dataset, wanted, config, folder, on_step=on_step, stop=stop, init=policy, device=device)


def adapted(config: TrainConfig, steps: int, seed: int, *, disturb: bool = False) -> TrainConfig:
    """How a policy that was trained by this config is adapted: all of a handful of episodes is learnt from."""
    update = {
        "steps": steps,
        "seed": seed,
        "learning_rate": RATE * config.learning_rate,
        "disturb": disturb,
        "held_out": 0.0,
        "validate_every": 0,
    }
    return config.model_copy(update=update)


def first_episodes(dataset: Dataset, episodes: int) -> dict[str, int]:
    """So many of each task, or all that there are.

    Raises:
        UsageError: There are none.
    """
    if not dataset.tasks:
        raise UsageError(f"the dataset {dataset.folder} has no demonstrations", "record some with simsmith demos")
    return {name: min(episodes, task.episodes) for name, task in dataset.tasks.items()}


def mix(new: Path, old: Path, folder: Path, episodes: int, data: Mapping[str, Any]) -> dict[str, int]:
    """Makes a dataset of the shards of two, and tells how many episodes of each of its tasks are learnt from.

    Args:
        new: Folder of a dataset.
        old: Folder of another one; its tasks get other names.
        folder: Where it is made; its shards are links.
        episodes: How many of each task of the new one, from its first on.
        data: What the policy learnt from, as its config says: of the old one just that, and all where it is not there.

    Raises:
        UsageError: One of them is not there, or is empty.
        DatasetDamaged: A shard is damaged.
        EnvironmentBroken: The disk refuses.
    """
    fresh, kept = Dataset.open(new), Dataset.open(old)
    kept.require({})
    known, learnt = set(data.get("learnt", {}).values()), set(data.get("episodes", {}).values())
    rehearsed = {
        name: count for name, task in kept.tasks.items() for count in learnt if task.fingerprint(count) in known
    } or {name: task.episodes for name, task in kept.tasks.items()}
    tasks: dict[str, TaskSummary] = {}
    wanted = {}
    with disk_errors(folder):
        for source, counts, suffix in ((fresh, first_episodes(fresh, episodes), ""), (kept, rehearsed, KEPT)):
            for name, count in counts.items():
                called = _another(name, suffix, tasks)
                (folder / SHARDS / called).mkdir(parents=True)
                entries = [entry for entry in source.tasks[name].shards if entry.first < count]
                shards = tuple(_linked(source, name, entry, folder, called) for entry in entries)
                tasks[called] = source.tasks[name].model_copy(update={"shards": shards})
                wanted[called] = count
        write_manifest(folder, Manifest(tasks=tasks))
    return wanted


def _another(name: str, suffix: str, taken: Container[str]) -> str:
    """A task's name with a suffix, and a number where that is taken."""
    for number in itertools.count(1):
        end = suffix if number == 1 else f"{suffix}-{number}"
        called = name[: LONGEST_NAME - len(end)] + end
        if called not in taken:
            break
    return called


def _linked(source: Dataset, name: str, entry: ShardEntry, folder: Path, called: str) -> ShardEntry:
    """A shard of a task, linked as one of a task that is called otherwise."""
    source.content(name, entry)  # where it is damaged, the source says so
    path = source.folder / entry.file
    linked = entry.model_copy(update={"file": f"{SHARDS}/{called}/{path.name}"})
    (folder / linked.file).symlink_to(path.resolve())
    return linked
