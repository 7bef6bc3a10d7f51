"""What `simsmith demos` does: recording with a progress bar, the export for LeRobot, and what there is in the end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from app.output import document, page, progress, styled, table, typed
from memory.home import home_folder
from policy.collect import Look, Progress, collect
from policy.dataset import Dataset
from policy.manifest import TaskSummary, dataset_folder
from policy.tasks import find_tasks
from sim.errors import Stopped
from sim.workers import LocalWorkers

if TYPE_CHECKING:
    from app.demos_command import DemosOptions
    from app.options import Isolation


def run(
    given_home: Path | None,
    name: str,
    options: DemosOptions,
    isolation: Isolation,
    *,
    export: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Records, exports, and tells; 1 when a task was left out, else 0.

    Raises:
        Stopped: A person stopped it.
    """
    started = time.perf_counter()
    home = home_folder(given_home)
    folder = dataset_folder(name, home)
    asked: set[str] = set()
    if options.tasks is None and export is not None:
        dataset = Dataset.open(folder)
    else:
        dataset, asked = _record(home, folder, name, options, isolation)
    exported = _export(dataset, export, force=force) if export is not None else {}
    if as_json:
        document({**_document(name, dataset), **exported, "seconds": round(time.perf_counter() - started, 3)})
    else:
        _show(name, dataset, exported)
    return 1 if asked & dataset.left_out.keys() else 0


def _record(
    home: Path, folder: Path, name: str, options: DemosOptions, isolation: Isolation
) -> tuple[Dataset, set[str]]:
    """Records what the options ask for; the dataset, and the tasks that were asked for."""
    sandbox = isolation.sandbox()
    wanted = [part.strip() for part in ("human" if options.tasks is None else options.tasks).split(",") if part.strip()]
    tasks = find_tasks(wanted, home, sandbox, mode="test" if options.test_colors else "train")
    command = f"simsmith demos {name} {options.words()}"
    try:
        with LocalWorkers(options.workers) as workers, _Telling() as telling:
            dataset = collect(
                folder,
                tasks,
                options.episodes,
                sandbox=sandbox,
                workers=workers,
                look=Look(options.appearance, options.rules),
                command=command,
                tell=telling,
            )
    except KeyboardInterrupt:
        raise Stopped("stopped; what was recorded is kept", f"go on with: {typed()}") from None
    return dataset, {task.name for task in tasks}


class _Telling:
    """Shows how far recording is: a bar on a terminal, a line for each task elsewhere."""

    def __init__(self) -> None:
        columns = [*Bar.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn()]
        columns.append(TextColumn("{task.fields[rejected]} rejected"))
        self._bar = Bar(*columns, console=progress, transient=True, disable=not progress.is_terminal)
        self._id = self._bar.add_task("recording", total=None, rejected=0)
        self._last: Progress | None = None

    def __enter__(self) -> _Telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        self._line()

    def __call__(self, told: Progress) -> None:
        if self._last is None or self._last.task != told.task:
            self._line()
        self._last = told
        words = f"recording {told.task}"
        self._bar.update(
            self._id, description=words, completed=told.episodes, total=told.wanted, rejected=told.rejected
        )

    def _line(self) -> None:
        if self._last is not None and not progress.is_terminal:
            told = f"{self._last.episodes} of {self._last.wanted} demonstrations, {self._last.rejected} rejected"
            progress.print(styled(f"{self._last.task} is done: {told}"), style="dim", soft_wrap=True)


def _export(dataset: Dataset, target: Path, *, force: bool) -> dict[str, Any]:
    """Writes a dataset for LeRobot; what the document says of it."""
    from policy.lerobot import export_lerobot

    target = target.expanduser().absolute()
    with progress.status(styled(f"writing {target}")):
        export_lerobot(dataset, target, overwrite=force)
    return {"lerobot": str(target)}


def _document(name: str, dataset: Dataset) -> dict[str, Any]:
    tasks = [_counts(task, summary) for task, summary in dataset.tasks.items()]
    return {
        "dataset": str(dataset.folder),
        "name": name,
        "episodes": sum(task["episodes"] for task in tasks),
        "steps": sum(task["steps"] for task in tasks),
        "bytes": sum(task["bytes"] for task in tasks),
        "rejected": dataset.manifest.rejected,
        "tasks": tasks,
        "left_out": [
            {"name": task, "reason": summary.given_up, "rejected": summary.rejected}
            for task, summary in dataset.left_out.items()
        ],
    }


def _counts(name: str, summary: TaskSummary) -> dict[str, Any]:
    told = {name: getattr(summary, name) for name in ("origin", "mode", "appearance", "rules", "primitive")}
    counts = {"episodes": summary.episodes, "steps": summary.steps, "bytes": summary.bytes}
    return {"name": name, **told, **counts, "rejected": summary.rejected}


def _show(name: str, dataset: Dataset, exported: dict[str, Any]) -> None:
    console = page()
    tasks = dataset.tasks
    episodes = sum(task.episodes for task in tasks.values())
    shown_episodes = f"{episodes:,} demonstration{'' if episodes == 1 else 's'}"
    title = f"{name}: {shown_episodes} of {len(tasks)} task{'' if len(tasks) == 1 else 's'}"
    shown = table(title, "task", "episodes", "steps", "kB a step", "rejected")
    for task, summary in tasks.items():
        rejected = ", ".join(f"{count} {reason}" for reason, count in summary.rejected.items()) or "-"
        size = f"{summary.bytes / 1000 / summary.steps:.1f}"
        shown.add_row(task, f"{summary.episodes:,}", f"{summary.steps:,}", size, rejected)
    console.print(shown)
    for task, summary in dataset.left_out.items():
        console.print(styled(("left out", "red"), f"  {task}: {summary.given_up}"), soft_wrap=True)
    console.print(f"  dataset: {dataset.folder}", style="dim", soft_wrap=True)
    for what, path in exported.items():
        console.print(f"  {what}: {path}", style="dim", soft_wrap=True)
