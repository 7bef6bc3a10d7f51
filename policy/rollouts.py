"""Rollouts: a policy at work while it still learns, on scenes that serve nothing else.

A loss says how well demonstrations are imitated, not how well a policy acts. Weights do not depend on rollouts.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from policy.actors import ActingPolicy, acting
from policy.dataset import Dataset
from policy.evaluation import EpisodeJob, run_episode
from policy.seeds import VALIDATION_SEEDS
from policy.tasks import PracticeTask
from sim.sandbox import Sandbox


class Rollouts:
    """Episodes to try a policy on.

    Args:
        jobs: The episodes; whose policy they name does not matter.
    """

    def __init__(self, jobs: Sequence[EpisodeJob]) -> None:
        self._jobs = jobs

    @classmethod
    def like(cls, dataset: Dataset, tasks: Iterable[PracticeTask], episodes: int, sandbox: Sandbox) -> Rollouts:
        """Episodes in the appearance and by the rules that a dataset's demonstrations have.

        Args:
            dataset: The demonstrations.
            tasks: Tasks of the dataset.
            episodes: How many of each.
            sandbox: Where programs are laid out.

        Raises:
            TaskError: A task cannot be laid out.
        """
        jobs = []
        for task in tasks:
            told = dataset.tasks[task.name]
            for seed in range(VALIDATION_SEEDS, VALIDATION_SEEDS + episodes):
                layout = task.layout(seed, sandbox, told.rules)
                jobs.append(EpisodeJob("", task.name, layout, told.rules, told.appearance))
        return cls(jobs)

    def run(self, policy: ActingPolicy) -> tuple[float, float] | None:
        """Success rate and mean reward; None where no episode counts."""
        outcomes = [run_episode(job, lambda eyes: acting(policy, eyes)) for job in self._jobs]
        counted = [outcome for outcome in outcomes if not outcome.void]
        if not counted:
            return None
        rewards = statistics.fmean(outcome.reward for outcome in counted)
        return sum(outcome.success for outcome in counted) / len(counted), rewards
