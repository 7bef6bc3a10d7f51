"""What a study found: success and reward of each arm with intervals, and the gains over no generated tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from pydantic import Field

from policy.bootstrap import Interval, difference, mean_interval, relative_gain
from policy.predictors import Measure, Nearness, Point, Prediction, point, predict
from policy.rates import Rate
from policy.study_plan import GROUPS, Arm, Group, Kind, Plan
from sim.layout import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What the paper reports of its own tasks and policies (GenSim, arXiv 2310.01361): training on human-made and generated
# tasks over training on human-made ones alone. Its published evaluation averages rewards, goals that were
# reached on the way included, as CLIPort does (arXiv 2109.12098): what is mean reward here.
PAPER: dict[Group, float] = {"in-domain": 0.5, "zero-shot-human": 0.4}


class TrialOutcome(Frozen):
    """A test episode.

    Attributes:
        group: What it is a test of.
        task: The task.
        seed: The episode's seed.
        success: Whether all goals were reached and held.
        reward: 0..1.
        void: Why it does not count; empty when it does.
    """

    group: Group
    task: str
    seed: int
    success: bool = False
    reward: float = 0.0
    void: str = ""


class ArmResult(Frozen):
    """What came of an arm.

    Attributes:
        arm: The arm.
        episodes: Its test episodes.
        training_seconds: Wall time of its training, of this run.
        evaluation_seconds: Wall time of its test.
        steps: Gradient steps that were made in that time.
        tested: Test episodes that were run in that time.
        loss: The loss at the end.
        failed: Why there is no result; empty when there is one.
    """

    arm: Arm
    episodes: tuple[TrialOutcome, ...] = ()
    training_seconds: float = 0.0
    evaluation_seconds: float = 0.0
    steps: int = 0
    tested: int = 0
    loss: float | None = None
    failed: str = ""


class Cell(Frozen):
    """How the policies of one condition did on one group of tasks, all seeds together.

    Attributes:
        success: Pooled over seeds, tasks and episodes.
        reward: Mean reward; its interval is from resampling seeds, tasks and episodes.
        tasks: How many tasks.
        void: Episodes that do not count.
    """

    success: Rate
    reward: Interval
    tasks: int
    void: int = 0


class Gain(Frozen):
    """How much better one condition is than another on one group of tasks, by the seeds that both have.

    Attributes:
        group: The group.
        measure: Success rate or mean reward.
        relative: As a part of the other one's; not defined where that is 0.
        difference: In points.
        paper: What the paper reports for this comparison, None where it has none.
    """

    group: Group
    measure: Measure
    relative: Interval
    difference: Interval
    paper: float | None = None


class Row(Frozen):
    """A condition: a kind of arm and a number of generated tasks.

    Attributes:
        kind: The kind.
        number: The number.
        seeds: The seeds that are done.
        cells: By group; a group without a finished episode has none.
        gains: Over no generated tasks, for the curve; empty in a partial table.
    """

    kind: Kind
    number: int
    seeds: tuple[int, ...]
    cells: dict[Group, Cell]
    gains: tuple[Gain, ...] = ()


class TaskRow(Frozen):
    """How the policies of the curve did on one task of a group, all seeds together.

    Attributes:
        group: What it is a test of.
        task: The task.
        success: The rate for each number of generated tasks.
        reward: The mean reward, likewise.
    """

    group: Group
    task: str
    success: dict[int, Rate]
    reward: dict[int, float]


class Findings(Frozen):
    """What a study found so far.

    Attributes:
        rows: The conditions, the curve first.
        tasks: The curve task by task, in the order of the groups.
        filters: How much better training on filtered tasks is than on as many of which some were rejected.
        language: How much better policies that read the instruction are than those that do not.
        predictions: How well likeness predicts zero-shot success.
        points: What they are made from.
        failed: Arms without a result, and why.
        missing: How many arms are not done.
    """

    rows: tuple[Row, ...]
    tasks: tuple[TaskRow, ...] = ()
    filters: tuple[Gain, ...] = ()
    language: tuple[Gain, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    points: tuple[Point, ...] = ()
    failed: dict[str, str] = Field(default_factory=dict)
    missing: int = 0


def partial_findings(plan: Plan, results: Iterable[ArmResult]) -> Findings:
    """The rows alone: what can be shown while a study runs."""
    done = list(results)
    good = [result for result in done if not result.failed]
    conditions = dict.fromkeys((arm.kind, arm.number) for arm in plan.arms)
    rows = []
    for kind, number in sorted(conditions, key=lambda one: (one[0] != "text", one)):
        found = [result for result in good if (result.arm.kind, result.arm.number) == (kind, number)]
        cells = {group: cell for group in GROUPS if (cell := _cell(found, group))}
        if found:
            seeds = tuple(sorted(result.arm.seed for result in found))
            rows.append(Row(kind=kind, number=number, seeds=seeds, cells=cells))
    return Findings(
        rows=tuple(rows),
        failed={result.arm.name: result.failed for result in done if result.failed},
        missing=len(plan.arms) - len(good),
    )


def findings(plan: Plan, results: Iterable[ArmResult], nearness: Nearness) -> Findings:
    """All that a study found."""
    done = list(results)
    good = [result for result in done if not result.failed]
    found = partial_findings(plan, done)
    rows = tuple(
        row.model_copy(update={"gains": compared(good, ("text", row.number), ("text", 0), PAPER)})
        if row.kind == "text" and row.number
        else row
        for row in found.rows
    )
    points = _points(plan, good, nearness)
    return found.model_copy(
        update={
            "rows": rows,
            "tasks": tuple(_task_rows(good)),
            "filters": _against(good, "unfiltered"),
            "language": _against(good, "blind"),
            "points": tuple(points),
            "predictions": tuple(
                predict(points, measure, within=within) for measure in _measures() for within in (False, True)
            ),
        }
    )


def _measures() -> tuple[Measure, Measure]:
    return ("success", "reward")


def _against(results: Sequence[ArmResult], kind: Kind) -> tuple[Gain, ...]:
    """How much better the curve is than the arm of another kind at the same number."""
    numbers = sorted({result.arm.number for result in results if result.arm.kind == kind})
    return tuple(gain for number in numbers for gain in compared(results, ("text", number), (kind, number)))


def compared(
    results: Sequence[ArmResult],
    ours: tuple[Kind, int],
    theirs: tuple[Kind, int],
    paper: dict[Group, float] | None = None,
) -> tuple[Gain, ...]:
    """How much better one condition is than another, for each group and measure that both have.

    Args:
        results: Of arms that have one.
        ours: Kind and number of the one.
        theirs: Of the other.
        paper: What the paper reports, by group.
    """
    gains = []
    sides = [
        {result.arm.seed: result for result in results if (result.arm.kind, result.arm.number) == side}
        for side in (ours, theirs)
    ]
    seeds = sorted(set(sides[0]) & set(sides[1]))
    for group in GROUPS:
        for measure in _measures():
            ours_there, theirs_there = (outcomes([side[seed] for seed in seeds], group, measure) for side in sides)
            if ours_there.size and ours_there.shape == theirs_there.shape:
                gains.append(
                    Gain(
                        group=group,
                        measure=measure,
                        relative=relative_gain(ours_there, theirs_there),
                        difference=difference(ours_there, theirs_there),
                        paper=(paper or {}).get(group),
                    )
                )
    return tuple(gains)


def outcomes(results: Sequence[ArmResult], group: Group, measure: Measure) -> NDArray[np.float64]:
    """Successes or rewards, (results, tasks, episodes), in the order of the episodes; NaN for those that are void."""
    import numpy as np

    tasks = sorted({episode.task for result in results for episode in result.episodes if episode.group == group})
    table: list[list[list[float]]] = []
    for result in results:
        by_task: dict[str, list[float]] = {task: [] for task in tasks}
        for episode in sorted(result.episodes, key=lambda one: one.seed):
            if episode.group == group:
                value = episode.reward if measure == "reward" else float(episode.success)
                by_task[episode.task].append(float("nan") if episode.void else value)
        table.append(list(by_task.values()))
    most = max((len(values) for row in table for values in row), default=0)
    padded = [[values + [float("nan")] * (most - len(values)) for values in row] for row in table]
    return np.asarray(padded, dtype=np.float64).reshape(len(results), len(tasks), most)


def _task_rows(results: Sequence[ArmResult]) -> Iterator[TaskRow]:
    """The curve task by task."""
    episodes: dict[tuple[Group, str], dict[int, list[TrialOutcome]]] = {}
    for result in results:
        for episode in result.episodes:
            if result.arm.kind == "text" and not episode.void:
                found = episodes.setdefault((episode.group, episode.task), {})
                found.setdefault(result.arm.number, []).append(episode)
    for group, task in sorted(episodes, key=lambda key: (GROUPS.index(key[0]), key[1])):
        by_number = sorted(episodes[group, task].items())
        yield TaskRow(
            group=group,
            task=task,
            success={number: Rate.of(sum(one.success for one in those), len(those)) for number, those in by_number},
            reward={number: round(fmean(one.reward for one in those), 4) for number, those in by_number},
        )


def _cell(results: Sequence[ArmResult], group: Group) -> Cell | None:
    episodes = [episode for result in results for episode in result.episodes if episode.group == group]
    counted = [episode for episode in episodes if not episode.void]
    if not counted:
        return None
    return Cell(
        success=Rate.of(sum(episode.success for episode in counted), len(counted)),
        reward=mean_interval(outcomes(results, group, "reward")),
        tasks=len({episode.task for episode in episodes}),
        void=len(episodes) - len(counted),
    )


def _points(plan: Plan, results: Collection[ArmResult], nearness: Nearness) -> list[Point]:
    """A point for each held-out task and each number of the curve that is done."""
    points = []
    for number in sorted({result.arm.number for result in results if result.arm.kind == "text"}):
        found = [result for result in results if (result.arm.kind, result.arm.number) == ("text", number)]
        for task in (*plan.split.test_human, *plan.split.test_generated):
            episodes = [
                episode
                for result in found
                for episode in result.episodes
                if episode.task == task and episode.group.startswith("zero-shot") and not episode.void
            ]
            if episodes:
                success = sum(episode.success for episode in episodes) / len(episodes)
                reward = sum(episode.reward for episode in episodes) / len(episodes)
                train = list(found[0].arm.episodes)
                points.append(point(nearness, task, train, number, round(success, 6), round(reward, 6)))
    return points
