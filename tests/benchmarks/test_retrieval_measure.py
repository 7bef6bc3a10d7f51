"""The numbers of the retrieval benchmark on cases that can be worked out by hand, and its labels."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.novelty_bank import bank
from benchmarks.retrieval_bank import families, queries
from benchmarks.retrieval_measure import fit_shares, mixed, random_ranking, ranking


def test_recall_and_reciprocal_rank() -> None:
    scores = np.array([[0.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]])
    relevant = np.array([[True, False, True, False, False, False, False, False]])
    found = ranking(scores, relevant)
    assert found.recall.tolist() == [0.5]  # the third task is second, the first one last
    assert found.reciprocal.tolist() == [0.5]


def test_all_of_more_than_five_answers_can_be_found() -> None:
    relevant = np.array([[True] * 7 + [False] * 3])
    assert ranking(relevant.astype(float), relevant).recall.tolist() == [1.0]


def test_the_expectation_of_a_random_order_is_the_mean_of_many() -> None:
    relevant = np.array([[True, True, False, False, False, False, False, False]])
    expected = random_ranking(8, relevant)
    drawn = np.random.default_rng(1).random((4000, 8))
    found = ranking(drawn, np.repeat(relevant, 4000, axis=0))
    assert expected.recall[0] == pytest.approx(found.recall.mean(), abs=0.02)
    assert expected.reciprocal[0] == pytest.approx(found.reciprocal.mean(), abs=0.02)


def test_the_view_that_tells_the_answers_gets_the_share() -> None:
    rng = np.random.default_rng(2)
    relevant = np.eye(20, dtype=bool)
    telling, noise = np.where(relevant, 0.6, 0.5), rng.random((20, 20))
    shares = fit_shares({"language": noise, "code": telling}, relevant)
    assert shares["code"] > 0.9
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_missing_view_leaves_its_part_to_the_others() -> None:
    views = {"language": np.array([[0.4, 0.2]]), "scene": np.full((1, 2), np.nan)}
    assert mixed(views, {"language": 0.5, "scene": 0.5}).tolist() == [[0.4, 0.2]]


def test_labels_name_tasks_that_are_there() -> None:
    asked = queries()
    names = {name for name, base in bank().items() if not base.title}
    assert len({query.query for query in asked}) == len(asked)
    assert all(query.relevant and len(set(query.relevant)) == len(query.relevant) for query in asked)
    assert {name for query in asked for name in query.relevant} <= names
    assert names <= set(families())
