"""`simsmith show`: the oracle at work on a task, as pictures or as a film."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.progress import Progress

from app.output import document, page, progress, styled
from app.verification import read_source
from app.verification import show as show_verdict
from memory.files import TaskFiles
from memory.home import home_path
from sim.builder import lay_out
from sim.camera import picture, png
from sim.errors import UsageError, did_you_mean
from sim.film import Image, Moment, frame_count, frames, record, require_ffmpeg, write_gif, write_mp4
from sim.layout import Layout
from sim.sandbox import Sandbox
from sim.tasks import human_task, human_tasks
from sim.verdict import Diagnostic, EpisodeResult, Verdict


def run(
    home: Path | None, sandbox: Sandbox, name: str, *, seed: int, gif: bool, mp4: bool, out: Path | None, as_json: bool
) -> int:
    """Shows a task; 0 when the oracle solved it, 1 when it did not or there was nothing to solve."""
    started = time.perf_counter()
    kind = _kind(gif, mp4)
    laid_out = _layout(home, sandbox, name, seed)
    if not isinstance(laid_out, Layout):
        verdict = Verdict(file=name, stage=laid_out[0].stage, diagnostics=laid_out)
        if as_json:
            document({"task": name, "seed": seed, "success": False, "verdict": verdict.model_dump(mode="json")})
        else:
            show_verdict(verdict)
        return 1
    task = laid_out.task if name.endswith(".py") else name
    folder, file = _target(out, f"{task}.{kind}" if kind else task)
    with _workplace(folder) as work:
        with progress.status("the oracle is at work"):
            result, moments = record(laid_out)
        written = _film(laid_out, moments, work / file) if kind else _pictures(laid_out, moments, work, task)
        for path in written.values():
            path.replace(folder / path.name)
    place = folder.absolute() if as_json else folder
    paths = {what: str(place / path.name) for what, path in written.items()}
    if as_json:
        told = {"task": task, **result.model_dump(mode="json"), "film": paths.pop("film", None)}
        document({**told, "pictures": paths, "seconds": round(time.perf_counter() - started, 3)})
    else:
        _tell(task, result, paths)
    return 0 if result.success else 1


def _kind(gif: bool, mp4: bool) -> str:
    if gif and mp4:
        raise UsageError("--gif and --mp4 together", "choose one of them")
    if mp4:
        require_ffmpeg()
    return "gif" if gif else "mp4" if mp4 else ""


def _layout(home: Path | None, sandbox: Sandbox, name: str, seed: int) -> Layout | tuple[Diagnostic, ...]:
    """The layout of a task file, a human-made task or a library task; or why there is none."""
    if name.endswith(".py"):
        return sandbox.layout(read_source(Path(name)), seed)
    if name in human_tasks():
        return lay_out(human_task(name), seed)[0]
    library = TaskFiles(home_path(home))
    known = library.names()
    if name not in known:
        raise UsageError(f"no task {name!r}", did_you_mean(name, [*human_tasks(), *known]))
    return sandbox.layout(library.read(name).code, seed)


def _target(out: Path | None, film: str) -> tuple[Path, str]:
    """Folder and name of the film; pictures have names of their own."""
    chosen, wanted = (out or Path()).expanduser(), Path(film).suffix
    if chosen.suffix.lower() not in (".gif", ".mp4", ".png"):
        return chosen, film
    if chosen.suffix.lower() != wanted:
        remedy = f"name a folder, or a file that ends in {wanted}" if wanted else "name a folder, or ask for a film"
        raise UsageError(f"{chosen} does not fit what is to be written", remedy)
    return chosen.parent, chosen.name


@contextlib.contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder beside the target: a film appears complete or not at all.

    Raises:
        UsageError: The target cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".simsmith-", dir=folder) as work:
            yield Path(work)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}", "choose another with --out") from None


def _pictures(layout: Layout, moments: Sequence[Moment], folder: Path, task: str) -> dict[str, Path]:
    """Writes the scene before and after."""
    paths = {}
    for what, moment in (("before", moments[0]), ("after", moments[-1])):
        paths[what] = folder / f"{task}-{what}.png"
        paths[what].write_bytes(png(picture(layout, moment.poses)))
    return paths


def _film(layout: Layout, moments: Sequence[Moment], path: Path) -> dict[str, Path]:
    write = write_gif if path.suffix.lower() == ".gif" else write_mp4
    write(path, _watched(frames(layout, moments), frame_count(moments)))
    return {"film": path}


def _watched(images: Iterator[Image], count: int) -> Iterator[Image]:
    """The images, with a progress bar on a terminal and a line elsewhere."""
    if not progress.is_terminal:
        progress.print(f"rendering {count} frames")
    with Progress(console=progress, transient=True, disable=not progress.is_terminal) as bar:
        yield from bar.track(images, total=count, description="rendering")


def _tell(task: str, result: EpisodeResult, paths: dict[str, str]) -> None:
    console = page()
    state = ("solved", "green") if result.success else ("not solved", "red")
    actions = f"{result.steps} action{'' if result.steps == 1 else 's'}"
    console.print(styled(state, f"  {task}, seed {result.seed}: {actions}"), soft_wrap=True)
    for goal in result.goals:
        mark = ("reached", "green") if goal.reached else ("missed", "red")
        console.print(styled("  ", mark, f"  {goal.instruction}"), soft_wrap=True)
        if goal.reason:
            console.print(f"      {goal.reason}", soft_wrap=True)
    for what, path in paths.items():
        console.print(f"  {what}: {path}", style="dim", soft_wrap=True)
