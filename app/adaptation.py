"""What `simsmith adapt` does: fine-tuning with a progress bar, and what came of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.output import Bar, document, page, progress, styled
from memory.home import home_folder
from policy.adaptation import adapt
from policy.manifest import dataset_folder
from policy.training import Progress, TrainingResult
from sim.errors import Stopped, UsageError, did_you_mean

if TYPE_CHECKING:
    from app.adapt_command import AdaptOptions

POLICIES = "policies"  # folder of the home


def run(given_home: Path | None, policy: str, dataset: str, options: AdaptOptions, *, as_json: bool) -> None:
    """Adapts, and tells.

    Raises:
        Stopped: A person stopped it.
        UsageError: There is no such policy or dataset, or the new policy is there and was trained otherwise.
    """
    started = time.perf_counter()
    home = home_folder(given_home)
    begun = _policy_folder(policy, home)
    if not begun.is_dir():
        known = [path.name for path in (home / POLICIES).glob("*")]
        raise UsageError(f"no policy {policy!r}", did_you_mean(policy, known) if known else "train one first")
    folder = _policy_folder(options.name or f"{begun.name}-adapted", home)
    bar = Bar("steps") if progress.is_terminal else None

    def told(now: Progress) -> None:
        if bar is not None:
            bar(now.step, now.steps)

    try:
        result = adapt(
            begun,
            dataset_folder(dataset, home),
            folder,
            steps=options.steps,
            episodes=options.episodes,
            keep=dataset_folder(options.keep, home) if options.keep else None,
            seed=options.seed,
            on_step=told,
            device=options.device,
        )
    except KeyboardInterrupt:
        raise Stopped("stopped; what was learnt is kept", "the same command goes on from the last checkpoint") from None
    finally:
        if bar is not None:
            bar.stop()
    if as_json:
        _document(policy, dataset, options, result, time.perf_counter() - started)
    else:
        _show(policy, result)


def _policy_folder(given: str, home: Path) -> Path:
    """The folder of a policy that is named, or whose path is given (with a slash, or `.`)."""
    path = Path(given).expanduser()
    named = len(path.parts) == 1 and not given.startswith(".")
    return home / "policies" / given if named else path.absolute()


def _document(policy: str, dataset: str, options: AdaptOptions, result: TrainingResult, seconds: float) -> None:
    document(
        {
            "checkpoint": str(result.folder),
            "policy": policy,
            "dataset": dataset,
            "kept": options.keep,
            "steps": result.step,
            "loss": None if result.last is None else {"pick": result.last.pick, "place": result.last.place},
            "seconds": round(seconds, 3),
        }
    )


def _show(policy: str, result: TrainingResult) -> None:
    console = page()
    console.print(styled(f"{policy} adapted in {result.step:,} steps"))
    if result.last is not None:
        console.print(f"  loss: pick {result.last.pick:.3f}, place {result.last.place:.3f}")
    console.print(f"  policy: {result.folder}", style="dim", soft_wrap=True)
