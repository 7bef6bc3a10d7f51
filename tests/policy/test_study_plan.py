"""What a study plans: equal budgets, nested tasks, an order in which early results say something, and its limits."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy.families import HUMAN_FAMILIES
from policy.splits import Split
from policy.study_config import PRESETS, Costs, StudyConfig, keep_config, preset, with_split
from policy.study_plan import hours, make_plan, shortage
from sim.errors import UsageError
from sim.tasks import human_sources

WRITERS = {f"rejected-{at}": "benchmarks.rejected" for at in range(30)}


def split(generated: int = 100, rejected: int = 30, held_out: int = 8, *, config: StudyConfig) -> Split:
    return Split(
        train_human=config.train_human,
        train_generated=tuple(f"generated-{at}" for at in range(generated)),
        test_human=config.test_human,
        test_generated=tuple(f"held-out-{at}" for at in range(held_out)),
        rejected=tuple(f"rejected-{at}" for at in range(rejected)),
    )


@pytest.mark.parametrize("name", PRESETS)
def test_every_arm_has_the_same_number_of_demonstrations(name: str) -> None:
    config = PRESETS[name]
    plan = make_plan(config, split(config=config), WRITERS)
    trained = [arm for arm in plan.arms if arm.kind != "chance"]
    assert {arm.demonstrations for arm in trained} == {config.demonstrations}
    for arm in trained:
        assert max(arm.episodes.values()) - min(arm.episodes.values()) <= 1
        assert len(arm.episodes) == len(config.train_human) + arm.number


@pytest.mark.parametrize("name", PRESETS)
def test_presets_hold_whole_human_made_families_out(name: str) -> None:
    config = PRESETS[name]
    families = {task: family for family, (tasks, _) in HUMAN_FAMILIES.items() for task in tasks}
    assert not {families[task] for task in config.train_human} & {families[task] for task in config.test_human}
    assert {*config.train_human, *config.test_human} <= set(human_sources())
    assert len(config.seeds) >= 3


def test_more_generated_tasks_contain_the_fewer_and_never_a_test() -> None:
    config = PRESETS["cpu"]
    plan = make_plan(config, split(config=config), WRITERS)
    curve = sorted((arm for arm in plan.arms if arm.kind == "text" and arm.seed == 1), key=lambda arm: arm.number)
    assert [arm.number for arm in curve] == [0, 10, 25, 50, 100]
    for fewer, more in pairwise(curve):
        assert set(fewer.episodes) < set(more.episodes)
    tests = {*config.test_human, *(f"held-out-{at}" for at in range(8))}
    assert not any(tests & set(arm.episodes) for arm in plan.arms)


def test_the_first_seed_is_done_at_all_numbers_before_another_seed_begins() -> None:
    plan = make_plan(PRESETS["cpu"], split(config=PRESETS["cpu"]), WRITERS)
    seeds = [arm.seed for arm in plan.arms if arm.kind != "chance"]
    assert seeds == sorted(seeds)
    assert {arm.number for arm in plan.arms[:2]} == {0, 100}
    assert len({arm.name for arm in plan.arms}) == len(plan.arms)


def test_the_arm_without_filters_has_as_many_tasks_some_of_them_rejected() -> None:
    config = PRESETS["cpu"]
    plan = make_plan(config, split(config=config), WRITERS)
    (arm,) = [arm for arm in plan.arms if arm.kind == "unfiltered" and arm.seed == 1]
    rejected = [name for name in arm.episodes if name.startswith("rejected")]
    assert len(rejected) == config.rejected_wanted > 0
    assert len(arm.episodes) == len(config.train_human) + 25
    assert f"{config.rejected_wanted} by benchmarks.rejected" in plan.notes[0]


def test_too_few_rejected_candidates_leave_that_arm_out_and_say_so_with_both_numbers() -> None:
    config = PRESETS["cpu"]
    plan = make_plan(config, split(rejected=3, config=config), dict.fromkeys("abcde", "composer"))
    assert not [arm for arm in plan.arms if arm.kind == "unfiltered"]
    (note,) = plan.notes
    assert f"{config.rejected_wanted} candidates" in note
    assert "3 of 5 in the store" in note


def test_too_few_generated_tasks_are_refused_with_both_numbers() -> None:
    config = PRESETS["cpu"]
    few = split(generated=40, config=config)
    assert shortage(config, few) == 60
    with pytest.raises(UsageError, match="100 generated tasks are needed to train on, and 40"):
        make_plan(config, few, {})


def test_a_split_with_more_tasks_than_demonstrations_is_refused_with_both_numbers() -> None:
    config = PRESETS["smoke"]
    human = tuple(f"human-{at}" for at in range(10))
    asked = split(config=config).model_copy(update={"train_human": human})
    with pytest.raises(UsageError, match="12 demonstrations are too few for 10 human-made and 3"):
        make_plan(config, asked, WRITERS)


def test_hours_follow_from_measured_seconds_and_shrink_as_arms_are_done() -> None:
    config = PRESETS["smoke"]
    plan = make_plan(config, split(config=config), WRITERS)
    costs = Costs(demonstration=3600.0, sample=3600.0 / config.steps / config.batch, episode=0.0)
    trained = sum(arm.kind != "chance" for arm in plan.arms)
    one = hours(config, plan, costs, 1)
    assert one.demonstrations == sum(plan.demonstrations.values())
    assert one.training == trained
    assert hours(config, plan, costs, 2).total == one.total / 2
    assert hours(config, plan, costs, 1, plan.arms[:2]).total == 2


def test_the_cpu_preset_is_planned_for_three_hours_on_two_cores() -> None:
    config = PRESETS["cpu"]
    assert hours(config, make_plan(config, split(config=config), WRITERS), config.costs, 2).total <= 3.0


def test_a_study_that_is_gone_on_with_must_be_asked_the_same(tmp_path: Path) -> None:
    keep_config(tmp_path, preset("smoke"))
    keep_config(tmp_path, preset("smoke"))
    keep_config(tmp_path, preset("smoke").model_copy(update={"costs": Costs(demonstration=9, sample=9, episode=9)}))
    with pytest.raises(UsageError, match=r"another config: seeds \(\(1, 2, 3\) before, \(1, 2\) now\)"):
        keep_config(tmp_path, preset("smoke", seeds=2))


def test_a_split_can_be_given_as_a_file_and_one_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "split.json"
    path.write_text('{"train": ["put-block-in-bowl"], "test": ["align-rope"]}')
    asked = with_split(preset("smoke"), path).split
    assert asked is not None
    assert asked.test == ("align-rope",)
    path.write_text('{"train": "put-block-in-bowl"}')
    with pytest.raises(UsageError, match=r"split\.json is no split: train"):
        with_split(preset("smoke"), path)
    with pytest.raises(UsageError, match="cannot be read"):
        with_split(preset("smoke"), tmp_path / "none.json")


def test_a_config_that_compares_with_nothing_is_refused() -> None:
    smoke = PRESETS["smoke"].model_dump()
    for wrong in ({"numbers": (3, 0)}, {"numbers": (3,)}, {"blind_number": 2}, {"demonstrations": 5}):
        with pytest.raises(ValidationError):
            StudyConfig.model_validate({**smoke, **wrong})
