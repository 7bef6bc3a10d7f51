"""What `simsmith adapt` does: fine-tuning with a progress bar, and what came of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.output import document, page, styled, typed
from app.training import Telling, how_to_test, interrupted
from app.words import count
from memory.home import home_folder
from policy.adaptation import adapt, first_episodes
from policy.checkpoint import CONFIG, read_document
from policy.dataset import Dataset
from policy.manifest import dataset_folder
from policy.policies import known_folder, new_policy_folder
from sim.errors import Stopped

if TYPE_CHECKING:
    from app.adapt_command import AdaptOptions


def run(given_home: Path | None, policy: str, dataset: str, options: AdaptOptions, *, as_json: bool) -> None:
    """Adapts, and tells.

    Raises:
        Stopped: A person stopped it; the checkpoint is written.
        UsageError: There is no such policy or dataset, or the new policy is there and was trained otherwise.
    """
    started = time.perf_counter()
    home = home_folder(given_home)
    begun = known_folder(policy, home)
    folder = new_policy_folder(options.name or f"{begun.name}-adapted", home)
    with interrupted() as asked, Telling(folder.name) as telling:
        result = adapt(
            begun,
            dataset_folder(dataset, home),
            folder,
            steps=options.steps,
            episodes=options.episodes,
            keep=dataset_folder(options.keep, home) if options.keep else None,
            disturb=options.disturb,
            seed=options.seed,
            on_step=telling,
            stop=asked.is_set,
            device=options.device,
        )
    if not result.finished:
        where = f"stopped at step {result.step} of {options.steps}; its checkpoint is kept"
        raise Stopped(where, f"go on with: {typed()}")
    source = Dataset.open(dataset_folder(dataset, home))
    fresh = first_episodes(source, options.episodes)
    learnt = read_document(folder / CONFIG)["data"]["episodes"]
    losses = None if result.last is None else {"pick": result.last.pick, "place": result.last.place}
    if as_json:
        document(
            {
                "checkpoint": str(result.folder),
                "policy": policy,
                "dataset": dataset,
                "kept": options.keep,
                "disturb": options.disturb,
                "episodes": learnt,
                "steps": result.step,
                "loss": losses,
                "seconds": round(time.perf_counter() - started, 3),
            }
        )
        return
    console = page()
    new = sum(fresh.values())
    kept = f", with {sum(learnt.values()) - new:,} of {options.keep} rehearsed," if options.keep else ""
    told = f"{count(new, 'demonstration')} of {dataset}{kept} in {count(result.step, 'step')}"
    console.print(styled((folder.name, "bold"), f": {policy} adapted to {told}"), soft_wrap=True)
    if losses is not None:
        console.print(f"  loss: {losses['pick']:.3f} pick, {losses['place']:.3f} place", soft_wrap=True)
    console.print(f"  policy: {result.folder}", style="dim", soft_wrap=True)
    console.print(how_to_test(options.name or folder.name, source, fresh, given_home), style="dim", soft_wrap=True)
