"""Is the nearest training task in code or the one in language the better predictor of zero-shot success?

For every test task of a held-out family and every number of generated tasks there is one point: how like the test task
its nearest training task is, in each view, and how well the policies of that arm did on it. A view predicts transfer
well when the ranks of the two agree. Points of one test task are drawn together in the bootstrap, since they are alike.

Test tasks differ in difficulty, whatever they are like. So the correlation is told twice: across tasks, and within
them, where each test task's mean over the numbers is taken off both sides, so that only what more training tasks change
is left. That is not the likeness alone: with more tasks there are fewer demonstrations of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from memory.novelty import VIEWS, View
from policy.bootstrap import Interval, spearman, spearman_difference
from policy.likeness import Likeness
from sim.layout import Frozen

Measure = Literal["success", "reward"]
Nearness = dict[str, dict[str, dict[View, float]]]  # test task -> training task -> likeness in each view


class Point(Frozen):
    """How near a test task's nearest training task is, and how the policies did on it.

    Attributes:
        test: The test task.
        number: How many generated tasks were trained on.
        likeness: Likeness of the nearest training task in each view, 0..1.
        nearest: Its name in each view.
        success: Success rate over seeds and episodes.
        reward: Mean reward.
    """

    test: str
    number: int
    likeness: dict[View, float]
    nearest: dict[View, str]
    success: float
    reward: float


class Prediction(Frozen):
    """How well likeness predicts what policies do on unseen tasks.

    Attributes:
        measure: Success rate or mean reward.
        within: Whether each test task's own mean was taken off first.
        points: How many points.
        tasks: How many test tasks.
        views: Spearman's rank correlation for each view.
        code_over_language: Code's correlation minus language's.
    """

    measure: Measure
    within: bool
    points: int
    tasks: int
    views: dict[View, Interval]
    code_over_language: Interval

    def words(self) -> str:
        """Which of the two is the better predictor, in a sentence."""
        lead = self.code_over_language
        if lead.value is None:
            return "neither can be judged: there are too few test tasks, or all did the same"
        if not lead.excludes_zero:
            return "neither of code and language is shown to be the better predictor: the interval includes 0"
        better = "code" if lead.value > 0 else "language"
        return f"{better} is the better predictor{'' if self.within else ' across tasks, which differ in difficulty'}"


def nearness_of(likeness: Likeness, test: Sequence[str], train: Sequence[str]) -> Nearness:
    """How like each test task is to each training task, in each view; 0 where a view cannot be taken."""
    found: Nearness = {name: {other: {} for other in train} for name in test}
    for view in VIEWS:
        for row, name in zip(likeness.between(test, train, view), test, strict=True):
            for value, other in zip(row.tolist(), train, strict=True):
                found[name][other][view] = round(value, 4) if value == value else 0.0
    return found


def point(nearness: Nearness, test: str, train: Sequence[str], number: int, success: float, reward: float) -> Point:
    """The point of a test task and an arm.

    Args:
        nearness: Of this test task to these training tasks, at least.
        test: The test task.
        train: What the arm was trained on.
        number: How many of these are generated.
        success: Success rate of the arm's policies on the test task.
        reward: Their mean reward.
    """
    nearest = {view: max(train, key=lambda name: nearness[test][name][view]) for view in VIEWS}
    likeness = {view: nearness[test][name][view] for view, name in nearest.items()}
    return Point(test=test, number=number, likeness=likeness, nearest=nearest, success=success, reward=reward)


def predict(points: Sequence[Point], measure: Measure, *, within: bool) -> Prediction:
    """How well likeness predicts success or reward."""
    groups = [one.test for one in points]
    outcome = [one.success if measure == "success" else one.reward for one in points]
    sides: Mapping[View, list[float]] = {view: [one.likeness[view] for one in points] for view in VIEWS}
    if within:
        outcome = _centred(outcome, groups)
        sides = {view: _centred(values, groups) for view, values in sides.items()}
    return Prediction(
        measure=measure,
        within=within,
        points=len(points),
        tasks=len(set(groups)),
        views={view: spearman(values, outcome, groups) for view, values in sides.items()},
        code_over_language=spearman_difference(sides["code"], sides["language"], outcome, groups),
    )


def _centred(values: Sequence[float], groups: Sequence[str]) -> list[float]:
    """Values less the mean of their group, rounded so that what is equal stays equal."""
    means = {
        group: sum(value for value, own in zip(values, groups, strict=True) if own == group) / groups.count(group)
        for group in set(groups)
    }
    return [round(value - means[group], 9) for value, group in zip(values, groups, strict=True)]
