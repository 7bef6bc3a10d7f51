"""One oracle episode as a pure function of plain data, for whoever runs many of them (`sim/workers.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.builder import lay_out
from sim.episode import Episode, run_oracle
from sim.layout import Layout, Rules
from sim.tasks import human_task
from sim.verdict import EpisodeResult


@dataclass(frozen=True)
class Rollout:
    """An oracle episode to run.

    Attributes:
        task: A layout, or the name of a human-made task, which is then laid out from `seed` in `mode`.
        seed: The episode's seed.
        mode: `train` for the seen colours, `test` for the unseen ones.
        rules: The rules it is scored by.
    """

    task: Layout | str
    seed: int = 0
    mode: Literal["train", "test"] = "train"
    rules: Rules = "strict"


@dataclass(frozen=True)
class RolledOut:
    """What came of it: the result, and a digest of where everything was at the end, bit for bit."""

    result: EpisodeResult
    state_hash: str


def roll_out(rollout: Rollout) -> RolledOut:
    """Runs an oracle episode.

    Raises:
        UsageError: No such task.
        TaskError: The task cannot be laid out from this seed.
    """
    layout = rollout.task
    if isinstance(layout, str):
        layout = lay_out(human_task(layout), rollout.seed, rollout.mode)[0]
    with Episode(layout, rollout.rules) as episode:
        return RolledOut(run_oracle(episode), episode.world.state_hash())
