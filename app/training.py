"""What `simsmith train` does: a policy trained with a progress bar, stopped and gone on with."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from rich.progress import MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from app.output import document, page, progress, styled, typed
from app.words import count
from memory.home import home_folder
from policy.config import TrainConfig, preset
from policy.dataset import Dataset
from policy.manifest import dataset_folder
from policy.policies import known_folder, new_policy_folder
from policy.training import Progress, TrainingResult, train
from sim.errors import Stopped, UsageError

if TYPE_CHECKING:
    from app.options import Isolation
    from app.train_command import TrainOptions
    from policy.rollouts import Rollouts

LINE = 10  # lines in all, where nobody watches


def run(given_home: Path | None, name: str, options: TrainOptions, isolation: Isolation, *, as_json: bool) -> None:
    """Trains a policy, and tells what came of it.

    Raises:
        Stopped: A person stopped it; the checkpoint is written.
        UsageError: An option is wrong, or the folder was trained with others.
    """
    started = time.perf_counter()
    home = home_folder(given_home)
    folder = new_policy_folder(name, home)
    config = _config(options)
    data = dataset_folder(options.dataset, home)
    dataset = Dataset.open(data)
    episodes = wanted_episodes(dataset, options.tasks, options.episodes)
    init = known_folder(options.init, home) if options.init else None
    rollouts = _rollouts(dataset, episodes, options.rollouts, home, isolation) if options.rollouts else None
    with interrupted() as asked, Telling(folder.name) as telling:
        result = train(
            data,
            episodes,
            config,
            folder,
            on_step=telling,
            stop=asked.is_set,
            rollouts=rollouts,
            init=init,
            device=options.device,
            threads=options.threads,
        )
    if not result.finished:
        where = f"stopped at step {result.step} of {config.steps}; its checkpoint is kept"
        raise Stopped(where, f"go on with: {typed()}")
    if as_json:
        document({**_document(result, config, episodes), "seconds": round(time.perf_counter() - started, 3)})
    else:
        if not result.samples_per_second:
            progress.print(f"{name} was trained before, and is left as it is", style="dim", soft_wrap=True)
        _show(name, result, config, episodes)
        page().print(how_to_test(name, dataset, episodes, given_home), style="dim", soft_wrap=True)


def wanted_episodes(dataset: Dataset, tasks: str | None, episodes: int | None) -> dict[str, int]:
    """How many episodes of each task, as the options say.

    Args:
        dataset: Where they are.
        tasks: `name` or `name:20`, with commas between them; all when there is none.
        episodes: Of those without a number; all when there is none.

    Raises:
        UsageError: Nothing is named, or what stands behind a colon is no number.
    """
    parts = [part.strip() for part in (",".join(dataset.tasks) if tasks is None else tasks).split(",") if part.strip()]
    if not parts:
        remedy = f"name tasks of the dataset ({', '.join(dataset.tasks) or 'it has none'}), or leave --tasks out"
        raise UsageError("no task is named", remedy)
    found = {}
    for part in parts:
        name, _, number = part.partition(":")
        if number and not (number.isdecimal() and int(number)):
            raise UsageError(f"{part!r} names no number of episodes", "write it as in put-block-in-bowl:20")
        there = dataset.tasks[name].episodes if name in dataset.tasks else 0
        found[name] = int(number) if number else episodes or there
    return found


def _config(options: TrainOptions) -> TrainConfig:
    given = ("variant", "seed", "steps", "batch", "learning_rate", "precision", "held_out")
    vision = str(options.vision.expanduser().absolute()) if options.vision else None
    try:
        return preset(
            options.preset,
            vision=vision,
            compile=options.compile or None,
            disturb=options.disturb or None,
            **{name: getattr(options, name) for name in given},
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "--" + str(first["loc"][0]).replace("_", "-")
        raise UsageError(f"{name}: {first['msg']}", "see simsmith train --help") from None


def _rollouts(dataset: Dataset, names: Iterable[str], episodes: int, home: Path, isolation: Isolation) -> Rollouts:
    """What the policy is tried on; says what it cannot be tried on.

    Raises:
        UsageError: There is nothing to try it on.
    """
    from policy.rollouts import Rollouts

    with progress.status("laying out what the policy is tried on"):
        rollouts = Rollouts(dataset, names, episodes, home, isolation.sandbox())
    for name, why in rollouts.left_out.items():
        progress.print(styled(f"not tried on {name}: {why}"), style="yellow", soft_wrap=True)
    return rollouts


@contextlib.contextmanager
def interrupted() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, so that a step is never cut in two; the second one stops at once."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        progress.print("stopping after this step", style="dim")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class Telling:
    """Shows how far training is: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, name: str) -> None:
        columns = [*Bar.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn()]
        columns.append(TextColumn("{task.fields[told]}"))
        self._bar = Bar(*columns, console=progress, transient=True, disable=not progress.is_terminal)
        self._id = self._bar.add_task(f"training {name}", total=None, told="")

    def __enter__(self) -> Telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, told: Progress) -> None:
        """Tells how far it is."""
        if told.rollouts is not None:
            done, of = told.rollouts
            self._bar.update(self._id, completed=told.step, total=told.steps, told=f"rollout {done} of {of}")
            if done == 1 and not progress.is_terminal:
                words = f"step {told.step} of {told.steps}: {count(of, 'rollout')}"
                progress.print(words, style="dim", soft_wrap=True)
            return
        words = f"{told.samples_per_second:.1f} samples/s"
        if told.last is not None:
            words = f"loss {told.last.pick:.3f} pick, {told.last.place:.3f} place; {words}"
        if told.tried is not None:
            words = f"success {told.tried.success.words()} at step {told.tried.step}; {words}"
        self._bar.update(self._id, completed=told.step, total=told.steps, told=words)
        part = max(1, told.steps // LINE)
        if not progress.is_terminal and (told.step % part == 0 or told.step == told.steps):
            progress.print(f"step {told.step} of {told.steps}: {words}", style="dim", soft_wrap=True)


def how_to_test(name: str, dataset: Dataset, tasks: Iterable[str], given_home: Path | None) -> str:
    """The command that tests a policy on what it learnt, as it saw it."""
    wanted = list(tasks)
    looks = {dataset.tasks[task].appearance for task in wanted}
    how = [f"--appearance {look}" for look in sorted(looks)] if len(looks) == 1 and looks != {"plain"} else []
    if given_home and str(given_home) != os.environ.get("SIMSMITH_HOME"):
        how.append(f"--home {shlex.quote(str(given_home))}")
    return " ".join(["  test it: simsmith evaluate", name, "--tasks", ",".join(wanted), *how])


def _document(result: TrainingResult, config: TrainConfig, episodes: dict[str, int]) -> dict[str, Any]:
    last, tried = result.last, result.tried
    losses = {} if last is None else {"pick": last.pick, "place": last.place}
    held_out = (
        {} if last is None or last.held_out_pick is None else {"pick": last.held_out_pick, "place": last.held_out_place}
    )
    return {
        "checkpoint": str(result.folder),
        "preset": config.preset,
        "variant": config.variant,
        "seed": config.seed,
        "steps": result.step,
        "episodes": episodes,
        "parameters": result.parameters,
        "loss": losses,
        "held_out": held_out,
        "rollouts": {"success": tried.success.model_dump(mode="json"), "reward": tried.reward} if tried else {},
        "samples_per_second": round(result.samples_per_second, 2),
    }


def _show(name: str, result: TrainingResult, config: TrainConfig, episodes: dict[str, int]) -> None:
    console = page()
    learnt = f"{count(sum(episodes.values()), 'demonstration')} of {count(len(episodes), 'task')}"
    told = f": {count(result.step, 'step')} on {learnt}, {result.parameters:,} parameters"
    console.print(styled((name, "bold"), told), soft_wrap=True)
    if result.last is not None:
        console.print(f"  loss: {result.last.pick:.3f} pick, {result.last.place:.3f} place", soft_wrap=True)
        if result.last.held_out_pick is not None and result.last.held_out_place is not None:
            looked = f"{result.last.held_out_pick:.3f} pick, {result.last.held_out_place:.3f} place"
            console.print(f"  on demonstrations held out: {looked}", soft_wrap=True)
    if result.tried is not None:
        tried = result.tried
        rollouts = count(tried.episodes, "rollout")
        found = f"success {tried.success.words()}, mean reward {tried.reward:.2f}"
        console.print(f"  {rollouts} at the end: {found}", soft_wrap=True)
    console.print(f"  policy: {result.folder}", style="dim", soft_wrap=True)
