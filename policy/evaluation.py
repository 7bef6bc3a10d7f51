"""Evaluation: a policy at work on tasks and seeds that it was not trained on, in many processes.

An episode is a pure function of plain data, so it can be run anywhere and again. Layouts are made in the calling
process; workers never see a task's program.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pydantic import Field

from policy.actors import actor_of
from policy.deeds import GoalFailure, Witness
from policy.rates import Mean, Rate
from policy.tasks import PracticeTask
from sim.camera import Eyes
from sim.episode import Actor, Episode, run
from sim.errors import TaskError
from sim.layout import Frozen, Layout, Rules
from sim.sandbox import Sandbox
from sim.workers import Lost, Workers
from sim.world import quiet

EXAMPLES = 3  # of a kind of failure


@dataclass(frozen=True)
class EpisodeJob:
    """An episode to run.

    Attributes:
        policy: The folder of a trained policy, `oracle`, or `random`.
        task: The task's name.
        layout: The scene and its goals.
        rules: The rules it is scored by.
        appearance: How the policy sees the table: `plain`, `randomised` or `pseudo-real`.
    """

    policy: str
    task: str
    layout: Layout
    rules: Rules = "strict"
    appearance: str = "plain"


class EpisodeOutcome(Frozen):
    """What came of an episode.

    Attributes:
        task: The task's name.
        seed: The seed.
        instruction: What the policy was told at the beginning.
        success: Whether every goal was reached and held.
        reward: 0..1.
        steps: Actions taken.
        failures: Why goals were not reached.
        actions: How many actions did what.
        seconds: Wall time.
        void: Why there is no result: the scene could not be laid out or built, or the episode broke the simulator or
            ended its worker twice. Such an episode does not count.
    """

    task: str
    seed: int
    instruction: str = ""
    success: bool = False
    reward: float = 0.0
    steps: int = 0
    failures: tuple[GoalFailure, ...] = ()
    actions: Mapping[str, int] = Field(default_factory=dict)
    seconds: float = 0.0
    void: str = ""


class FailureCount(Frozen):
    """A kind of failure, and how often it came.

    Attributes:
        kind: Why a goal was not reached.
        count: In how many episodes it was the first goal's reason that was not reached.
        examples: The reasons with names and numbers, the most frequent ones first.
        millimetres: The median of how far the object was from where it should be, where that was the trouble.
    """

    kind: str
    count: int
    examples: tuple[str, ...] = ()
    millimetres: float | None = None


class TaskResult(Frozen):
    """How a policy did on a task.

    Attributes:
        task: The task's name.
        success: The rate of episodes in which every goal was reached and held.
        mean_reward: The mean reward, 0..1.
        mean_reward_interval: Its 95 % interval; see `policy.rates.Mean`.
        failures: Why episodes failed, the most frequent kind first.
        actions: How many actions of all episodes did what.
        void: Episodes that do not count: they could not be laid out or built, or broke the simulator.
        films: Files of the films, relative to the evaluation's folder.
        attention: File of a picture of what the policy attended to in the last of the filmed episodes; empty where
            there is none.
    """

    task: str
    success: Rate
    mean_reward: float
    mean_reward_interval: tuple[float, float]
    failures: tuple[FailureCount, ...] = ()
    actions: Mapping[str, int] = Field(default_factory=dict)
    void: int = 0
    films: tuple[str, ...] = ()
    attention: str = ""


def run_episode(job: EpisodeJob, who: Callable[[Eyes], Actor] | None = None) -> EpisodeOutcome:
    """Runs an episode; one that cannot be built, or that breaks the simulator, is void.

    Args:
        job: The episode.
        who: Who acts, given its eyes; the job's policy when there is none.

    Raises:
        SimsmithError: The policy cannot be loaded.
    """
    with quiet():
        import pybullet
    eyes = Eyes(job.appearance, job.layout.seed)
    actor = who(eyes) if who else actor_of(job.policy, eyes, job.layout.seed)
    try:
        return _outcome(job, actor, eyes.appearance.friction)
    except TaskError as error:
        why = f"it cannot be built: {error}"
    except pybullet.error as error:  # as `policy.demonstration.record` does
        why = f"it broke the simulator: {error}"
    return EpisodeOutcome(task=job.task, seed=job.layout.seed, void=why)


def _outcome(job: EpisodeJob, actor: Actor, friction: float) -> EpisodeOutcome:
    started = time.perf_counter()
    with Episode(job.layout, job.rules, friction) as episode:
        witness = Witness(episode)
        result = run(episode, actor, witness.see)
        return EpisodeOutcome(
            task=job.task,
            seed=job.layout.seed,
            instruction=job.layout.goals[0].instruction,
            success=result.success,
            reward=result.reward,
            steps=result.steps,
            failures=witness.failures(result),
            actions=witness.counts(),
            seconds=round(time.perf_counter() - started, 3),
        )


def evaluate(
    policy_folder: Path | str,
    tasks: Sequence[PracticeTask],
    seeds: Sequence[int],
    *,
    sandbox: Sandbox,
    workers: Workers,
    rules: Rules = "strict",
    appearance: str = "plain",
    done: Iterable[tuple[str, int]] = (),
) -> Iterator[EpisodeOutcome]:
    """Runs a policy on every task and seed; outcomes come task by task, in the order of the seeds, as they are ready.

    A task whose first seed cannot be laid out is left out: one void outcome says why. Of another, only the seeds that
    cannot be laid out are void.

    Args:
        policy_folder: The folder of a trained policy, `oracle`, or `random`.
        tasks: The tasks.
        seeds: The seeds of each.
        sandbox: Where programs are laid out.
        workers: Who runs the episodes.
        rules: The rules they are scored by.
        appearance: How the policy sees the table.
        done: Tasks' names and seeds that are left out because they were run before.

    Raises:
        SimsmithError: The policy cannot be loaded.
    """
    known = frozenset(done)
    wanted = ((task, seed) for task in tasks for seed in seeds if (task.name, seed) not in known)
    unlaid: list[EpisodeOutcome] = []
    laid = {name for name, _ in known}
    jobs = _jobs(str(policy_folder), wanted, laid, unlaid, sandbox, rules, appearance)
    for outcome in workers.map(run_episode, jobs):
        yield from _drained(unlaid)
        if isinstance(outcome, Lost):
            job: EpisodeJob = outcome.item
            yield EpisodeOutcome(task=job.task, seed=job.layout.seed, void=outcome.reason)
        else:
            yield outcome
    yield from _drained(unlaid)


def _jobs(
    policy: str,
    wanted: Iterable[tuple[PracticeTask, int]],
    laid: set[str],
    unlaid: list[EpisodeOutcome],
    sandbox: Sandbox,
    rules: Rules,
    appearance: str,
) -> Iterator[EpisodeJob]:
    """The episodes to run; those that cannot be laid out are put into `unlaid`, `laid` gets the tasks that can."""
    hopeless: set[str] = set()
    for task, seed in wanted:
        if task.name in hopeless:
            continue
        try:
            layout = task.layout(seed, sandbox, rules)
        except TaskError as error:
            unlaid.append(EpisodeOutcome(task=task.name, seed=seed, void=f"it cannot be laid out: {error}"))
            if task.name not in laid:
                hopeless.add(task.name)
            continue
        laid.add(task.name)
        yield EpisodeJob(policy, task.name, layout, rules, appearance)


def _drained(outcomes: list[EpisodeOutcome]) -> Iterator[EpisodeOutcome]:
    while outcomes:
        yield outcomes.pop(0)


# -- what they say together --------------------------------------------------------------------------------------------


def summarise(outcomes: Iterable[EpisodeOutcome]) -> list[TaskResult]:
    """How a policy did on each task, in the order in which tasks first appear."""
    by_task: dict[str, list[EpisodeOutcome]] = {}
    for outcome in outcomes:
        by_task.setdefault(outcome.task, []).append(outcome)
    return [_result(task, found) for task, found in by_task.items()]


def overall(outcomes: Iterable[EpisodeOutcome]) -> TaskResult:
    """How a policy did on all tasks together, each episode counting the same."""
    return _result("all", list(outcomes))


def _result(task: str, outcomes: Sequence[EpisodeOutcome]) -> TaskResult:
    counted = [outcome for outcome in outcomes if not outcome.void]
    actions: Counter[str] = Counter()
    for outcome in counted:
        actions.update(outcome.actions)
    reward = Mean.of([outcome.reward for outcome in counted])
    return TaskResult(
        task=task,
        success=Rate.of(sum(outcome.success for outcome in counted), len(counted)),
        mean_reward=reward.mean,
        mean_reward_interval=reward.interval,
        failures=_failures(counted),
        actions=dict(actions.most_common()),
        void=len(outcomes) - len(counted),
    )


def _failures(outcomes: Sequence[EpisodeOutcome]) -> tuple[FailureCount, ...]:
    """One reason for each episode that failed: that of its first goal which was not reached."""
    first = [outcome.failures[0] for outcome in outcomes if outcome.failures]
    kinds: dict[str, list[GoalFailure]] = {}
    for failure in first:
        kinds.setdefault(failure.kind, []).append(failure)
    counted = []
    for kind, failures in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        away = [failure.millimetres for failure in failures if failure.millimetres is not None]
        reasons = Counter(failure.reason for failure in failures).most_common(EXAMPLES)
        counted.append(
            FailureCount(
                kind=kind,
                count=len(failures),
                examples=tuple(reason for reason, _ in reasons),
                millimetres=round(median(away), 1) if away else None,
            )
        )
    return tuple(counted)
