"""Training: from a dataset to a policy's folder. A run that was killed goes on from its last checkpoint.

On one CPU thread the result is a function of dataset and config, bit for bit, killed or not: what step i learns from
depends on the seed and i, a checkpoint holds everything else, and nothing depends on the clock.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.lock import held
from policy.checkpoint import (
    CHECKPOINT,
    CONFIG,
    FORMAT,
    WEIGHTS,
    disk_errors,
    read_document,
    read_tensors,
    write_document,
    write_tensors,
)
from policy.config import TrainConfig, differences
from policy.curves import Curve, Point, Tried, latest, read_curve, read_rollouts
from policy.dataset import Dataset
from sim.errors import EnvironmentBroken, SimsmithError, UsageError

if TYPE_CHECKING:
    from policy.batches import Batches
    from policy.learner import Learner
    from policy.rollouts import Rollouts

OUT_OF_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory", re.IGNORECASE)  # as torch says it
SHOWN = 6  # keys that a refusal names


class Diverged(SimsmithError):
    """The loss is no number any more (exit code 1)."""

    exit_code = 1


@dataclass(frozen=True)
class Progress:
    """How far training is.

    Attributes:
        step: Steps so far.
        steps: Of how many.
        last: The last row of the curve.
        tried: What came of the last rollouts.
        samples_per_second: In this run, without validation and checkpoints.
        rollouts: Rollouts that are done of those in progress, and how many there are; None between them.
    """

    step: int
    steps: int
    last: Point | None
    tried: Tried | None
    samples_per_second: float
    rollouts: tuple[int, int] | None = None


@dataclass(frozen=True)
class TrainingResult:
    """What came of it.

    Attributes:
        folder: The policy's.
        step: Steps so far; fewer than the config's when it was stopped.
        finished: Whether the policy can act.
        last: The last row of the curve.
        tried: What came of the last rollouts.
        parameters: Numbers in the network.
        samples_per_second: In this run; 0 when there was nothing left to do.
        seconds: Of this run.
    """

    folder: Path
    step: int
    finished: bool
    last: Point | None
    tried: Tried | None
    parameters: int
    samples_per_second: float
    seconds: float


def train(
    dataset_folder: Path,
    episodes: Mapping[str, int] | None,
    config: TrainConfig,
    folder: Path,
    *,
    on_step: Callable[[Progress], object] | None = None,
    stop: Callable[[], bool] | None = None,
    rollouts: Rollouts | None = None,
    init: Path | None = None,
    device: str = "auto",
    threads: int = 1,
) -> TrainingResult:
    """Trains a policy, or goes on with its training; a policy that is done is left as it is.

    Args:
        dataset_folder: Demonstrations.
        episodes: How many of each task; all of all tasks when there is none.
        config: How.
        folder: The policy's; made when it is not there.
        on_step: Told after each step, and after each rollout, how far it is.
        stop: Asked after each step whether to write a checkpoint and end.
        rollouts: What the policy is tried on whenever held-out demonstrations are looked at; nothing when left out.
        init: Folder of a policy whose weights it begins with.
        device: `cpu`, `cuda`, or `auto`: a GPU when there is one.
        threads: Of the CPU. Only with one are two runs the same bit for bit.

    Raises:
        UsageError: The folder was trained with another config or other demonstrations (the message says what differs),
            `init` has another architecture, or there are no such demonstrations, or none that can be disturbed.
        FileDamaged: A shard, or a file of the policy or of `init`, is damaged.
        Diverged: The loss is no number any more; the last good checkpoint stays.
        EnvironmentBroken: No GPU although one was asked for, the disk is full, or another process trains this policy.
    """
    from policy.learner import Learner, set_up_torch

    started = time.perf_counter()
    place = set_up_torch(device, threads)
    dataset = Dataset.open(dataset_folder)
    wanted = {name: task.episodes for name, task in dataset.tasks.items()} if episodes is None else dict(episodes)
    dataset.require(wanted)
    if not any(wanted.values()):
        raise UsageError("there are no demonstrations to learn from", "name tasks of the dataset, or record some")
    looks = {dataset.tasks[name].appearance for name, count in wanted.items() if count}
    if config.disturb and "plain" not in looks:
        said = f"only plain demonstrations can be disturbed, and these are {' and '.join(sorted(looks))}"
        raise UsageError(said, "leave --disturb out, or learn from plain ones too")
    learner = Learner(config, place, init)
    with disk_errors(folder):  # whatever was refused so far has left nothing there
        folder.mkdir(parents=True, exist_ok=True)
    with held(folder / ".lock", 0.0):
        _claim(folder, _document(learner.config, dataset, wanted, init))
        if (folder / WEIGHTS).is_file():
            last, tried = latest(read_curve(folder)), latest(read_rollouts(folder))
            spent = time.perf_counter() - started
            return TrainingResult(folder, config.steps, True, last, tried, learner.parameters, 0.0, spent)
        if (folder / CHECKPOINT).is_file():
            learner.restore(*read_tensors(folder / CHECKPOINT), str(folder / CHECKPOINT))
        batches = learner.batches(dataset.load(wanted, "full" if config.disturb else config.network.resolution))
        return _Run(folder, learner, batches, on_step, stop, rollouts, started).go()


class _Run:
    """One run of the loop."""

    def __init__(
        self,
        folder: Path,
        learner: Learner,
        batches: Batches,
        on_step: Callable[[Progress], object] | None,
        stop: Callable[[], bool] | None,
        rollouts: Rollouts | None,
        started: float,
    ) -> None:
        self.folder, self.learner, self.batches = folder, learner, batches
        self.on_step, self.stop, self.rollouts, self.started = on_step, stop, rollouts, started
        self.first = learner.step
        self.busy = 0.0  # seconds in steps
        self.curve = Curve(folder, learner.step)

    def go(self) -> TrainingResult:
        """Learns what is left.

        Raises:
            Diverged: The loss is no number any more.
            EnvironmentBroken: The memory or the disk is full.
        """
        try:
            return self._loop()
        except (MemoryError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not OUT_OF_MEMORY.search(str(error)):
                raise
            message = f"there is too little memory for batches of {self.learner.config.batch}"
            raise EnvironmentBroken(message, "ask for a smaller --batch, under another name") from None
        finally:
            self.curve.close()

    def _loop(self) -> TrainingResult:
        config, learner = self.learner.config, self.learner
        while self._try_out() and learner.step < config.steps:
            begun = time.perf_counter()
            learner.learn(self.batches.batch(learner.step))
            self.busy += time.perf_counter() - begun
            done = learner.step == config.steps
            if learner.step % config.log_every == 0 or done:
                self._note()
            stopped = self.stop is not None and self.stop()
            if learner.step % config.checkpoint_every == 0 or done or stopped or (self.rollouts and self._due()):
                self._check(learner.losses(), weights=True)
                write_tensors(self.folder / CHECKPOINT, learner.state(), learner.told())
            self._tell()
            if stopped:
                break
        if learner.step == config.steps and self._try_out():
            write_tensors(self.folder / WEIGHTS, learner.acting_weights(), {"step": learner.step})
        return self._result()

    def _due(self) -> bool:
        """Whether this is a step at which one looks at how it does."""
        config, step = self.learner.config, self.learner.step
        return bool(step and config.validate_every and (step % config.validate_every == 0 or step == config.steps))

    def _try_out(self) -> bool:
        """Tries the policy where that is due and was not done before; False: it was stopped meanwhile.

        The checkpoint is written before: rollouts may take longer than the steps between two of them.
        """
        step = self.learner.step
        if self.rollouts is None or not self._due() or any(one.step == step for one in self.curve.tried):
            return True
        found = self.rollouts.run(self.learner.policy(), self.stop, lambda done, of: self._tell((done, of)))
        if found is not None:
            self.curve.add_tried(Tried(step, *found))
        return found is not None

    def _note(self) -> None:
        """Adds a row to the curve."""
        learner = self.learner
        means = learner.losses()
        self._check(means)
        seen = learner.validate(self.batches.held_out()) if self._due() else None
        learner.forget_losses()
        self.curve.add(Point(learner.step, *means, learner.rate(learner.step - 1), *(seen or ())), self._pace())

    def _check(self, means: tuple[float, float], *, weights: bool = False) -> None:
        """Stops when the loss is no number any more, or when a step has made the weights such that the next is none."""
        if all(map(math.isfinite, means)) and (not weights or self.learner.sound):
            return
        kept = f"the checkpoint in {self.folder} is from before" if (self.folder / CHECKPOINT).is_file() else ""
        message = f"the loss is no number any more at step {self.learner.step} of {self.learner.config.steps}"
        remedy = "train into another folder with a lower --learning-rate, or with --precision fp32"
        raise Diverged(message, f"{kept}; {remedy}" if kept else remedy)

    def _tell(self, rollouts: tuple[int, int] | None = None) -> None:
        if self.on_step is not None:
            steps = self.learner.config.steps
            self.on_step(Progress(self.learner.step, steps, *self._latest(), self._pace(), rollouts))

    def _latest(self) -> tuple[Point | None, Tried | None]:
        return latest(self.curve.points), latest(self.curve.tried)

    def _pace(self) -> float:
        return (self.learner.step - self.first) * self.learner.config.batch / max(self.busy, 1e-9)

    def _result(self) -> TrainingResult:
        learner = self.learner
        finished = (self.folder / WEIGHTS).is_file()
        spent = time.perf_counter() - self.started
        return TrainingResult(
            self.folder, learner.step, finished, *self._latest(), learner.parameters, self._pace(), spent
        )


def _document(config: TrainConfig, dataset: Dataset, episodes: Mapping[str, int], init: Path | None) -> dict[str, Any]:
    """What a policy's `config.json` says."""
    import hashlib

    learnt = {name: dataset.tasks[name].fingerprint(count) for name, count in episodes.items() if name in dataset.tasks}
    begun = hashlib.sha256((init / WEIGHTS).read_bytes()).hexdigest()[:16] if init else ""
    data = {"episodes": dict(sorted(episodes.items())), "learnt": dict(sorted(learnt.items()))}
    return {"format": FORMAT, "train": config.model_dump(mode="json"), "data": data, "init": begun}


def _claim(folder: Path, document: dict[str, Any]) -> None:
    """Writes the config of a new policy; of one that is there, compares it.

    Raises:
        UsageError: Another config, or other demonstrations.
    """
    path = folder / CONFIG
    if not path.is_file():
        if (folder / CHECKPOINT).is_file() or (folder / WEIGHTS).is_file():
            raise UsageError(f"{folder} has weights but no {CONFIG}", "train into another folder")
        write_document(path, document)
        return
    kept = read_document(path)
    train = kept.get("train")
    if isinstance(train, dict):  # options that it does not know are younger than it
        kept["train"] = {**TrainConfig().model_dump(mode="json"), **train}
    other = differences(document, kept)
    if other:
        more = f", and {len(other) - SHOWN} more" if len(other) > SHOWN else ""
        same = all(line.startswith("data.") for line in other)
        remedy = "ask for as many --episodes of the same --tasks" if same else "give the same options again"
        raise UsageError(
            f"{folder} was trained {'on other demonstrations' if same else 'with another config'}:"
            f" {'; '.join(other[:SHOWN])}{more}",
            f"{remedy} to go on with it, or take another name",
        )
