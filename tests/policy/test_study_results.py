"""What a study tells of outcomes whose truth is known: tables, gains, predictors, Markdown and curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from policy.predictors import Nearness
from policy.rates import Rate
from policy.splits import Split
from policy.study_config import PRESETS
from policy.study_plan import Arm, Group, Plan, make_plan
from policy.study_report import Circumstances, markdown, plot
from policy.study_results import ArmResult, TrialOutcome, findings, partial_findings

CONFIG = PRESETS["cpu"].model_copy(update={"numbers": (0, 10, 25)})
GENERATED = tuple(f"generated-{at}" for at in range(25))
HELD_OUT = tuple(f"held-out-{at}" for at in range(8))
UNDER = Circumstances(
    command="simsmith study --preset cpu",
    commit="abc1234",
    machine="x86_64, 2 cores",
    hours=2.5,
    seeds=(1, 2, 3),
    demonstrations=500,
    steps=4000,
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    split = Split(
        train_human=CONFIG.train_human,
        train_generated=GENERATED,
        test_human=CONFIG.test_human,
        test_generated=HELD_OUT,
        rejected=tuple(f"rejected-{at}" for at in range(12)),
    )
    return make_plan(CONFIG, split, {})


@pytest.fixture(scope="module")
def nearness(plan: Plan) -> Nearness:
    """Code likeness to the last training task is what decides; language likeness is chance."""
    rng = np.random.default_rng(1)
    tests = (*plan.split.test_human, *plan.split.test_generated)
    train = (*plan.split.train_human, *plan.split.train_generated)
    return {
        test: {
            name: {"code": min(1.0, 0.02 * place + 0.03 * at), "language": float(rng.random()), "scene": 0.5}
            for at, name in enumerate(train)
        }
        for place, test in enumerate(tests)
    }


def result(arm: Arm, plan: Plan, nearness: Nearness) -> ArmResult:
    """An arm that does better in-domain with generated tasks, and zero-shot by the nearest code."""
    rng = np.random.default_rng([arm.seed, arm.number, len(arm.kind)])
    rate = {"text": 0.3 + 0.012 * arm.number, "unfiltered": 0.3, "blind": 0.1, "chance": 0.0}[arm.kind]
    groups: tuple[tuple[Group, tuple[str, ...]], ...] = (
        ("in-domain", plan.split.train_human),
        ("zero-shot-human", plan.split.test_human),
        ("zero-shot-generated", plan.split.test_generated),
    )
    episodes = []
    for group, tasks in groups:
        for task in tasks:
            chance = rate
            if group != "in-domain" and arm.kind == "text":
                chance = max(nearness[task][name]["code"] for name in arm.episodes) * 0.8
            for seed in range(8):
                success = bool(rng.random() < chance)
                reward = 1.0 if success else 0.25 * chance
                episodes.append(TrialOutcome(group=group, task=task, seed=seed, success=success, reward=reward))
    return ArmResult(arm=arm, episodes=tuple(episodes))


@pytest.fixture(scope="module")
def results(plan: Plan, nearness: Nearness) -> list[ArmResult]:
    return [result(arm, plan, nearness) for arm in plan.arms]


def test_gains_filters_and_language_are_told_with_intervals(
    plan: Plan, results: list[ArmResult], nearness: Nearness
) -> None:
    found = findings(plan, results, nearness)
    rows = {(row.kind, row.number): row for row in found.rows}
    assert rows["text", 0].gains == ()
    gains = {(gain.group, gain.measure): gain for gain in rows["text", 25].gains}
    gain = gains["in-domain", "success"]
    assert gain.paper == 0.5
    assert gain.relative.value == pytest.approx(1.0, abs=0.4)
    assert gain.difference.excludes_zero
    assert gains["zero-shot-human", "success"].paper == gains["zero-shot-human", "reward"].paper == 0.4
    assert {gain.group for gain in found.filters} >= {"in-domain", "zero-shot-human"}
    assert next(gain for gain in found.filters if gain.group == "in-domain").difference.excludes_zero
    assert next(gain for gain in found.language if gain.group == "in-domain").difference.excludes_zero
    cell = rows["text", 0].cells["in-domain"]
    assert cell.success.episodes == 3 * 10 * 8
    assert "unseen-colors" not in rows["text", 0].cells


def test_each_task_is_told_by_itself(plan: Plan, results: list[ArmResult], nearness: Nearness) -> None:
    found = findings(plan, results, nearness)
    assert [(row.group, row.task) for row in found.tasks[:1]] == [("in-domain", min(plan.split.train_human))]
    assert len(found.tasks) == len(plan.split.train_human) + len(plan.split.test_human) + len(HELD_OUT)
    rows = {(row.kind, row.number): row for row in found.rows}
    for number in (0, 10, 25):
        rates = [row.success[number] for row in found.tasks if row.group == "in-domain"]
        assert Rate.pooled(rates) == rows["text", number].cells["in-domain"].success
    first = found.tasks[0]
    line = f"| in-domain | {first.task} | {100 * first.success[0].rate:.0f} %, {first.reward[0]:.2f} |"
    assert line in markdown(plan, found, UNDER)


def test_the_predictor_that_decides_is_found(plan: Plan, results: list[ArmResult], nearness: Nearness) -> None:
    found = findings(plan, results, nearness)
    across = {(one.measure, one.within): one for one in found.predictions}["reward", False]
    assert across.tasks == 14
    assert across.points == 14 * 3
    assert across.views["code"].value is not None
    assert across.views["code"].value > 0.7
    assert across.views["scene"].value is None
    assert across.words() == "code is the better predictor across tasks, which differ in difficulty"


def test_partial_results_compare_only_seeds_that_both_sides_have(
    plan: Plan, results: list[ArmResult], nearness: Nearness
) -> None:
    some = [one for one in results if one.arm.name in ("text-000-seed1", "text-000-seed2", "text-010-seed1")]
    found = findings(plan, some, nearness)
    assert [(row.number, row.seeds) for row in found.rows] == [(0, (1, 2)), (10, (1,))]
    assert found.missing == len(plan.arms) - 3
    assert any(gain.group == "in-domain" for gain in found.rows[1].gains)
    assert "partial results" in markdown(plan, found, UNDER)


def test_an_arm_that_failed_is_named_and_counts_nowhere(plan: Plan, results: list[ArmResult]) -> None:
    failed = results[0].model_copy(update={"failed": "the loss is no number", "episodes": ()})
    found = partial_findings(plan, [failed, *results[1:]])
    assert found.failed == {failed.arm.name: "the loss is no number"}
    assert found.missing == 1
    assert found.rows[0].seeds == (2, 3)


def test_void_episodes_count_neither_as_success_nor_as_failure(plan: Plan, results: list[ArmResult]) -> None:
    first = results[0]
    void = tuple(
        episode.model_copy(update={"void": "it ended its worker", "success": False, "reward": 0.0})
        if episode.seed < 4
        else episode
        for episode in first.episodes
    )
    found = partial_findings(plan, [first.model_copy(update={"episodes": void})])
    cell = found.rows[0].cells["in-domain"]
    assert (cell.success.episodes, cell.void) == (40, 40)


def test_markdown_says_under_what_it_was_run_and_has_all_tables(
    plan: Plan, results: list[ArmResult], nearness: Nearness
) -> None:
    text = markdown(plan, findings(plan, results, nearness), UNDER)
    for told in ("`simsmith study --preset cpu`, commit abc1234", "2.50 h", "seeds 1, 2, 3", "+50 %", "+40 %"):
        assert told in text
    for line in ("| 25 text-blind | 3 |", "| chance | 1 |", "| 25 without filters | 3 |"):
        assert line in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 6
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_curves_are_drawn_of_partial_and_of_whole_results(
    plan: Plan, results: list[ArmResult], nearness: Nearness, tmp_path: Path
) -> None:
    plot(findings(plan, results, nearness), tmp_path / "whole.png")
    plot(partial_findings(plan, results[:1]), tmp_path / "partial.png")
    for name in ("whole.png", "partial.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
