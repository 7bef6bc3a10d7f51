"""Rollouts: a policy at work while it still learns, on scenes that serve nothing else.

A loss says how well demonstrations are imitated, not how well a policy acts. Weights do not depend on rollouts.
"""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

from policy.actors import ActingPolicy, acting
from policy.dataset import Dataset
from policy.evaluation import EpisodeJob, run_episode
from policy.seeds import VALIDATION_SEEDS
from policy.tasks import find_tasks
from sim.errors import TaskError, UsageError
from sim.sandbox import Sandbox


class Rollouts:
    """Episodes to try a policy on: scenes of a dataset's tasks, in the appearance and by the rules of its recordings.

    Args:
        dataset: The demonstrations.
        names: Tasks of the dataset.
        episodes: How many of each; a seed that cannot be laid out is left out.
        home: The home of the library that the tasks are from.
        sandbox: Where programs are laid out.

    Attributes:
        left_out: Tasks that cannot be tried, and why.

    Raises:
        UsageError: The dataset lacks a task, or none can be tried.
    """

    def __init__(self, dataset: Dataset, names: Iterable[str], episodes: int, home: Path, sandbox: Sandbox) -> None:
        wanted = list(names)
        dataset.require(dict.fromkeys(wanted, 0))
        self.left_out: dict[str, str] = {}
        self._jobs: list[EpisodeJob] = []
        for name in wanted:
            told = dataset.tasks[name]
            try:
                (task,) = find_tasks([name], home, sandbox, told.mode)
            except UsageError:
                self.left_out[name] = "its program is not in the library"
                continue
            if task.program_hash != told.program_sha256:
                self.left_out[name] = "the library has another program under this name"
                continue
            for seed in range(VALIDATION_SEEDS, VALIDATION_SEEDS + episodes):
                with contextlib.suppress(TaskError):
                    layout = task.layout(seed, sandbox, told.rules)
                    self._jobs.append(EpisodeJob("", name, layout, told.rules, told.appearance))
        if not self._jobs:
            why = "; ".join(f"{name}: {reason}" for name, reason in self.left_out.items()) or "no scene can be laid out"
            raise UsageError(f"there is nothing to try the policy on ({why})", "leave --rollouts out")

    def run(
        self,
        policy: ActingPolicy,
        stop: Callable[[], bool] | None = None,
        on_episode: Callable[[int, int], object] | None = None,
    ) -> tuple[int, int, float] | None:
        """Episodes that succeeded, of how many, and their mean reward; None when it was stopped.

        Args:
            policy: The policy.
            stop: Asked before each episode.
            on_episode: Told after each how many are done, and of how many.

        Raises:
            UsageError: No episode can be run.
        """
        outcomes = []
        for job in self._jobs:
            if stop is not None and stop():
                return None
            outcomes.append(run_episode(job, lambda eyes: acting(policy, eyes)))
            if on_episode is not None:
                on_episode(len(outcomes), len(self._jobs))
        rewards = [outcome.reward for outcome in outcomes if not outcome.void]
        if not rewards:
            raise UsageError(f"no rollout can be run: {outcomes[0].void}", "leave --rollouts out")
        return sum(outcome.success for outcome in outcomes), len(rewards), statistics.fmean(rewards)
