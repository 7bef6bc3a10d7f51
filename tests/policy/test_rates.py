"""Rates and means with their intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from policy.rates import Mean, Rate
from sim.statistics import wilson_low


def test_a_rate_says_what_the_documents_promise() -> None:
    told = json.loads(Rate.of(17, 20).model_dump_json())
    assert told == {"successes": 17, "episodes": 20, "rate": 0.85, "wilson": [0.6396, 0.9476]}
    assert Rate.of(17, 20).words() == "85 % (64-95)"


@pytest.mark.parametrize(("successes", "episodes"), [(0, 1), (0, 20), (1, 1), (20, 20), (3, 7), (500, 1000)])
def test_the_interval_is_the_one_of_the_proof_and_holds_the_rate(successes: int, episodes: int) -> None:
    rate = Rate.of(successes, episodes)
    low, high = rate.wilson
    assert 0.0 <= low <= rate.rate <= high <= 1.0
    assert low == pytest.approx(wilson_low(successes, episodes), abs=1e-4)


def test_no_episodes_say_nothing() -> None:
    assert Rate.of(0, 0).wilson == (0.0, 1.0)
    assert Rate.of(0, 0).words() == Mean.of([]).words() == "-"


def test_pooled_rates_are_the_rate_of_all_episodes() -> None:
    assert Rate.pooled([Rate.of(3, 4), Rate.of(0, 0), Rate.of(10, 16)]) == Rate.of(13, 20)
    assert Rate.pooled([]) == Rate.of(0, 0)


def test_the_interval_of_a_mean_covers_the_truth_as_often_as_it_says() -> None:
    random, truth, covered = np.random.default_rng(0), 0.3, 0
    for trial in range(100):
        mean = Mean.of(random.beta(3, 7, size=30), seed=trial)
        covered += mean.interval[0] <= truth <= mean.interval[1]
    assert 85 <= covered <= 100


def test_a_mean_is_the_same_for_the_same_values() -> None:
    values = [0.0, 0.25, 1.0, 1.0, 0.5]
    assert Mean.of(values) == Mean.of(values)
    assert Mean.of(values).words() == "0.55 (0.20-0.90)"


def test_values_that_are_all_the_same_leave_as_much_open_as_a_rate_does() -> None:
    assert Mean.of([1.0] * 50).interval == Rate.of(50, 50).wilson
    assert Mean.of([0.0] * 7).interval == Rate.of(0, 7).wilson
    low, high = Mean.of([0.1] * 10).interval
    assert (low, high) == pytest.approx(Rate.of(1, 10).wilson)
    assert Mean.of([0.5]).interval == (0.0, 1.0)
