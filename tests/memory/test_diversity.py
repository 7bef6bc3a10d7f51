from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from memory.diversity import BLOCK, mean_nearest_distance, mixture, nearest_rows, unit_rows, vendi_of_rows, vendi_score

LETTERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)
some_rows = arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 6)), elements=st.integers(-3, 3).map(float)
).filter(lambda rows: bool((np.abs(rows).sum(axis=1) > 0).all()))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_same_task_many_times_counts_once(count: int) -> None:
    assert vendi_score(np.ones((count, count))) == pytest.approx(1.0)
    assert vendi_of_rows(np.ones((count, 5), dtype=np.float32)) == pytest.approx(1.0)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_tasks_with_nothing_in_common_count_each(count: int) -> None:
    assert vendi_score(np.eye(count)) == pytest.approx(count)
    assert vendi_of_rows(np.eye(count, 9, dtype=np.float32)) == pytest.approx(count)


def test_two_of_three_the_same_lie_between() -> None:
    twice = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])  # eigenvalues 2/3 and 1/3
    assert vendi_score(twice) == pytest.approx(3 / 2 ** (2 / 3))


@given(some_rows, st.randoms(use_true_random=False))
def test_the_score_is_within_its_bounds_and_does_not_know_the_order(rows: NDArray[np.float32], random) -> None:
    score = vendi_of_rows(rows)
    assert 1.0 <= score <= len(rows) + 1e-6
    assert score <= np.linalg.matrix_rank(rows.astype(np.float64)) + 1e-6
    shuffled = random.sample(range(len(rows)), len(rows))
    assert vendi_of_rows(rows[shuffled]) == pytest.approx(score, abs=1e-5)


@given(some_rows)
def test_both_ways_to_the_score_agree(rows: NDArray[np.float32]) -> None:
    unit = unit_rows(rows)
    assert vendi_of_rows(rows) == pytest.approx(vendi_score(unit @ unit.T), rel=1e-4)


@given(some_rows)
def test_having_every_task_twice_changes_nothing(rows: NDArray[np.float32]) -> None:
    assert vendi_of_rows(np.concatenate([rows, rows])) == pytest.approx(vendi_of_rows(rows), rel=1e-4)


def test_each_further_copy_of_one_task_lowers_the_score_of_different_tasks() -> None:
    scores = [vendi_of_rows(np.concatenate([LETTERS, LETTERS[:1].repeat(copies, axis=0)])) for copies in range(5)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 5


def test_a_task_that_cannot_be_seen_is_left_out() -> None:
    rows = np.concatenate([LETTERS, np.zeros((2, 3), dtype=np.float32)])
    assert vendi_of_rows(rows) == pytest.approx(3.0)
    assert mean_nearest_distance(rows) == pytest.approx(1.0)


def test_of_no_tasks_and_of_one() -> None:
    assert vendi_of_rows(np.zeros((0, 0), dtype=np.float32)) == 0.0
    assert mean_nearest_distance(LETTERS[:0]) is None
    assert mean_nearest_distance(LETTERS[:1]) is None


def test_the_distance_to_the_nearest_is_measured_for_each_task() -> None:
    rows = np.array([[1.0, 0.0], [1.0, 0.0], [3.0, 4.0]], dtype=np.float32)  # distances 0, 0 and 1 - 3/5
    assert mean_nearest_distance(rows) == pytest.approx(0.4 / 3)


def test_the_nearest_are_found_in_sets_of_several_blocks() -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(BLOCK + 300, 6)).astype(np.float32))
    places, cosines = nearest_rows(rows, 3)
    everything = rows @ rows.T
    np.fill_diagonal(everything, -2.0)
    assert (np.sort(everything, axis=1)[:, ::-1][:, :3] == cosines).mean() > 0.999  # but for the last bit
    assert (places != np.arange(len(rows))[:, None]).all()
    assert nearest_rows(rows[:2], 3)[0].tolist() == [[1], [0]]


def test_the_cosines_of_the_mixture_are_the_weighted_means_of_the_views() -> None:
    random = np.random.default_rng(1)
    code, language = (unit_rows(random.normal(size=(4, size)).astype(np.float32)) for size in (5, 8))
    mixed = mixture({"code": code, "language": language}, {"code": 0.25, "language": 0.75})
    np.testing.assert_allclose(mixed @ mixed.T, 0.25 * code @ code.T + 0.75 * language @ language.T, atol=1e-6)
