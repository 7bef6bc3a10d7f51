"""What intervals say, on outcomes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from policy.bootstrap import Interval, difference, mean_interval, relative_gain, spearman, spearman_difference


def outcomes(rate: float, seed: int, tasks: int = 8) -> np.ndarray:
    """Successes of 3 seeds, some tasks and 20 episodes each."""
    return (np.random.default_rng(seed).random((3, tasks, 20)) < rate).astype(float)


def test_a_gain_that_is_there_is_found_with_its_size() -> None:
    gain = relative_gain(outcomes(0.6, 1), outcomes(0.4, 2))
    assert gain.low is not None
    assert gain.high is not None
    assert 0.0 < gain.low < 0.5 < gain.high < 1.2
    assert gain.excludes_zero


def test_no_gain_is_found_where_there_is_none() -> None:
    found = [relative_gain(outcomes(0.4, seed), outcomes(0.4, seed + 100)).excludes_zero for seed in range(20)]
    assert sum(found) <= 4


def test_the_same_outcomes_differ_by_nothing() -> None:
    arm = outcomes(0.3, 1)
    nothing = difference(arm, arm)
    assert (nothing.value, nothing.low, nothing.high) == (0.0, 0.0, 0.0)


def test_a_gain_over_nothing_is_not_defined_instead_of_endless() -> None:
    gain = relative_gain(outcomes(0.4, 1), np.zeros((3, 8, 20)))
    assert gain.value is None
    assert gain.words("%") == "not defined"


def test_a_base_that_may_be_nothing_leaves_the_interval_open() -> None:
    base = np.zeros((3, 8, 20))
    base[0, 0, 0] = 1.0
    gain = relative_gain(outcomes(0.4, 1), base)
    assert gain.value is not None
    assert gain.low is not None
    assert gain.high is None
    assert "open" in gain.words("%")


def test_few_tasks_that_differ_make_a_wider_interval_than_as_many_episodes_that_do_not() -> None:
    hard_and_easy = np.broadcast_to(np.repeat([0.0, 1.0], 4)[None, :, None], (3, 8, 20))
    even = outcomes(0.5, 3)
    widths = []
    for arm in (hard_and_easy, even):
        interval = mean_interval(arm)
        assert interval.low is not None
        assert interval.high is not None
        widths.append(interval.high - interval.low)
    assert widths[0] > 2 * widths[1]


def test_episodes_that_were_not_run_do_not_count() -> None:
    arm = np.ones((2, 2, 4))
    arm[1, 1, 2:] = np.nan
    assert mean_interval(arm).value == 1.0
    assert mean_interval(np.full((1, 1, 1), np.nan)).value is None


def test_rank_correlation_is_that_of_scipy() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(1)
    first = rng.integers(0, 5, 30).astype(float)
    second = first + rng.normal(0, 2, 30)
    groups = [str(at % 10) for at in range(30)]
    found = spearman(first.tolist(), second.tolist(), groups)
    assert found.value == pytest.approx(float(spearmanr(first, second).statistic), abs=1e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_the_better_of_two_predictors_is_told() -> None:
    rng = np.random.default_rng(2)
    outcome = rng.random(40).tolist()
    good = [value + rng.normal(0, 0.05) for value in outcome]
    noise = rng.random(40).tolist()
    groups = [str(at) for at in range(40)]
    assert spearman_difference(good, noise, outcome, groups).excludes_zero


def test_a_predictor_cannot_be_judged_by_few_tasks_or_by_one_outcome() -> None:
    names = ["a", "b", "c", "d", "e"]
    ranks = [0.1, 0.2, 0.3, 0.4, 0.5]
    assert spearman(ranks[:4], ranks[:4], names[:4]).value is None
    assert spearman(ranks, [0.0] * 5, names).value is None
    assert spearman(ranks, ranks, names).value == 1.0


def test_a_resample_in_which_all_did_the_same_may_mean_anything() -> None:
    names = [str(at) for at in range(8)]
    likeness = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    outcome = [0.0] * 7 + [1.0]  # a resample without the last task says nothing, and a third of them are without it
    found = spearman(likeness, outcome, names)
    assert (found.low, found.high) == (-1.0, 1.0)
    assert not found.excludes_zero
    assert spearman_difference(likeness, likeness[::-1], outcome, names).low == -2.0


def test_all_seeds_of_a_resample_see_the_same_scenes() -> None:
    scenes = np.broadcast_to(np.repeat([0.0, 1.0], 4)[None, None, :], (20, 1, 8))  # what a scene decides, no seed mends
    interval = mean_interval(scenes)
    alone = mean_interval(scenes[:1])
    assert (interval.low, interval.high) == (alone.low, alone.high)
    assert interval.high is not None
    assert interval.high > 0.7


@pytest.mark.parametrize(
    ("interval", "unit", "words"),
    [
        (Interval(value=-0.12, low=-0.25, high=-0.001), "", "-0.12 (-0.25 to 0.00)"),
        (Interval(value=0.08, low=-0.001, high=0.18), "points", "+8 points (0 to +18)"),
        (Interval(value=0.5, low=0.1), "%", "+50 % (+10 to open)"),
    ],
)
def test_numbers_are_told_as_they_stand_in_a_table(interval: Interval, unit: str, words: str) -> None:
    assert interval.words(unit) == words


def test_equal_resamples_are_told_as_no_interval_and_decide_nothing() -> None:
    interval = mean_interval(np.ones((3, 2, 4)))
    assert interval.words() == "1.00 (no interval)"
    assert not interval.excludes_zero


def test_a_resample_that_tells_no_gain_leaves_the_upper_end_open() -> None:
    base = np.zeros((3, 2, 4))
    base[0, 0, 0] = 1.0
    gain = relative_gain(np.zeros((3, 2, 4)), base)
    assert (gain.value, gain.low, gain.high) == (-1.0, -1.0, None)
    assert not gain.excludes_zero
