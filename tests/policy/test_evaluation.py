"""Evaluation: what the oracle solves is solved, chance fails for reasons, and nothing that goes wrong is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from scenes import HONEST

from policy.evaluation import EpisodeJob, EpisodeOutcome, evaluate, overall, run_episode, summarise
from policy.rates import Rate
from policy.seeds import TEST_SEEDS
from policy.tasks import PracticeTask
from sim.layout import Layout
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers, Lost

TASKS = [PracticeTask("put-block-in-bowl"), PracticeTask("align-box-corner"), PracticeTask("sweeping-piles")]
SEEDS = range(TEST_SEEDS, TEST_SEEDS + 3)
PICKY = HONEST.replace(
    "super().reset(env)\n",
    "super().reset(env)\n        if self.rng.random() < 0.5:\n            raise ValueError('not today')\n",
)


class Here:
    """Workers in this very process."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return map(function, items)


def outcomes(policy: str, *tasks: PracticeTask, **options: Any) -> list[EpisodeOutcome]:
    return list(evaluate(policy, tasks or TASKS, SEEDS, sandbox=Sandbox(), workers=Here(), **options))


@pytest.fixture(scope="module")
def by_oracle() -> list[EpisodeOutcome]:
    return outcomes("oracle")


@pytest.fixture(scope="module")
def by_chance() -> list[EpisodeOutcome]:
    return outcomes("random")


def test_outcomes_come_task_by_task_in_the_order_of_the_seeds(by_oracle: list[EpisodeOutcome]) -> None:
    assert [(item.task, item.seed) for item in by_oracle] == [(task.name, seed) for task in TASKS for seed in SEEDS]


def test_the_oracle_is_the_upper_bound(by_oracle: list[EpisodeOutcome]) -> None:
    for result in summarise(by_oracle):
        assert (result.success.successes, result.success.episodes) == (3, 3)
        assert (result.mean_reward, result.mean_reward_interval) == (1.0, Rate.of(3, 3).wilson)
        assert result.failures == ()
        assert set(result.actions) == {"put in place"}
    assert overall(by_oracle).success.wilson == (0.7009, 1.0)


def test_chance_is_the_lower_bound_and_every_failure_has_a_reason(by_chance: list[EpisodeOutcome]) -> None:
    for outcome in by_chance:
        assert outcome.success == (not outcome.failures)
        assert all(failure.reason for failure in outcome.failures)
        assert sum(outcome.actions.values()) == outcome.steps
    everything = overall(by_chance)
    assert everything.success.rate < 0.5
    counts = [failure.count for failure in everything.failures]
    assert sum(counts) == everything.success.episodes - everything.success.successes
    assert counts == sorted(counts, reverse=True)
    assert all(failure.examples for failure in everything.failures)


def test_an_episode_is_the_same_again_and_in_another_process(by_chance: list[EpisodeOutcome]) -> None:
    with LocalWorkers(2) as workers:
        again = list(evaluate("random", TASKS, SEEDS, sandbox=Sandbox(), workers=workers))
    assert [item.model_copy(update={"seconds": 0.0}) for item in again] == [
        item.model_copy(update={"seconds": 0.0}) for item in by_chance
    ]


def test_what_was_run_before_is_left_out(by_oracle: list[EpisodeOutcome]) -> None:
    done = [(item.task, item.seed) for item in by_oracle[:-2]]
    left = outcomes("oracle", done=done)
    assert [(item.task, item.seed) for item in left] == [(item.task, item.seed) for item in by_oracle[-2:]]


def test_rules_of_ravens_are_looser() -> None:
    job = EpisodeJob("oracle", "align-box-corner", TASKS[1].layout(TEST_SEEDS, Sandbox()), rules="ravens")
    assert run_episode(job).success


@pytest.mark.parametrize("appearance", ["randomised", "pseudo-real"])
def test_chance_acts_on_what_it_sees_and_another_look_is_another_episode(
    by_chance: list[EpisodeOutcome], appearance: str
) -> None:
    found = outcomes("random", TASKS[0], appearance=appearance)
    assert found == [
        item.model_copy(update={"seconds": other.seconds})
        for item, other in zip(outcomes("random", TASKS[0], appearance=appearance), found, strict=True)
    ]
    assert [item.actions for item in found] != [item.actions for item in by_chance[:3]]


def test_a_task_that_cannot_be_laid_out_is_told_once_and_left_out() -> None:
    hopeless = PracticeTask("hopeless", HONEST.replace("block/block.urdf", "block/blok.urdf"))
    found = outcomes("oracle", hopeless, TASKS[1])
    assert [(item.task, bool(item.void)) for item in found] == [("hopeless", True)] + [(TASKS[1].name, False)] * 3
    assert "it cannot be laid out: line " in found[0].void
    left_out, kept = summarise(found)
    assert (left_out.success.episodes, left_out.void, kept.success.episodes, kept.void) == (0, 1, 3, 0)
    assert overall(found).success.episodes == 3


def test_seeds_that_cannot_be_laid_out_do_not_count_as_failures() -> None:
    picky, sandbox, seeds = PracticeTask("picky", PICKY), Sandbox(), list(range(12))
    good = [seed for seed in seeds if isinstance(sandbox.layout(PICKY, seed), Layout)]
    bad = [seed for seed in seeds if seed not in good]
    assert len(good) > 1 < len(bad)
    found = list(evaluate("oracle", [picky], [good[0], *bad, *good[1:]], sandbox=sandbox, workers=Here()))
    assert sorted(item.seed for item in found if item.void) == bad
    (result,) = summarise(found)
    assert (result.success.successes, result.success.episodes, result.void) == (len(good), len(good), len(bad))


def test_an_episode_that_ends_its_worker_is_told_and_does_not_count() -> None:
    class Dying:
        def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
            for number, item in enumerate(items):
                yield Lost(item, "its worker died 2 times") if number == 1 else function(item)

    found = list(evaluate("oracle", TASKS[1:2], SEEDS, sandbox=Sandbox(), workers=Dying()))
    assert [item.void for item in found] == ["", "its worker died 2 times", ""]
    (result,) = summarise(found)
    assert (result.success.successes, result.success.episodes, result.void) == (2, 2, 1)


def test_an_episode_that_cannot_be_built_is_told_and_does_not_count() -> None:
    layout = TASKS[0].layout(TEST_SEEDS, Sandbox())
    first, *others = layout.objects
    unknown = layout.model_copy(update={"objects": (first.model_copy(update={"asset": "no/such.urdf"}), *others)})
    found = run_episode(EpisodeJob("oracle", TASKS[0].name, unknown))
    assert (found.task, found.seed, found.success) == (TASKS[0].name, TEST_SEEDS, False)
    assert "cannot be built" in found.void


def test_nothing_was_run() -> None:
    assert summarise([]) == []
    assert overall([]).success.episodes == 0
