"""The human-made tasks: each is solved, verified, told by its docstring, and laid out from its seed alone."""

from __future__ import annotations

import inspect
import math
from typing import Literal

import pytest

from sim.action import Action
from sim.builder import lay_out
from sim.environment import TabletopEnv
from sim.episode import Episode, run_oracle
from sim.errors import UsageError
from sim.layout import Layout
from sim.oracle import next_action
from sim.palette import EVAL_COLORS, TRAIN_COLORS
from sim.task import Task
from sim.tasks import human_sources, human_task, human_tasks
from sim.verdict import STAGES, Verdict
from sim.verification import verify

NAMES = list(human_tasks())
SEEDS = range(5)
FIXED_COLORS = {"place-red-in-green": {"red"}}  # of what is moved, in tasks whose name says the colour


@pytest.mark.parametrize("name", NAMES)
def test_oracle_solves_human_task(name: str) -> None:
    for seed in SEEDS:
        with Episode(lay_out(human_task(name), seed)[0]) as episode:
            result = run_oracle(episode)
        assert result.success, (seed, result)
        assert result.reward == pytest.approx(1.0)
        assert result.steps > 0
        assert all(goal.reached and not goal.reason for goal in result.goals)


@pytest.mark.parametrize("name", NAMES)
def test_human_task_is_accepted_without_a_word(name: str) -> None:
    verdict = verify(human_sources()[name])
    assert verdict.accepted
    assert verdict.diagnostics == ()
    assert verdict.task == name
    assert (verdict.seeds.run, verdict.seeds.passed) == (10, 10)
    assert [stage.name for stage in verdict.stages] == list(STAGES)
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


@pytest.mark.parametrize("name", NAMES)
def test_human_task_says_what_the_robot_does(name: str) -> None:
    assert "." in (human_task(name).__dict__["__doc__"] or "")
    assert "NotImplemented" not in inspect.getsource(human_task(name))


@pytest.mark.parametrize("name", NAMES)
def test_seed_decides_layout(name: str) -> None:
    first, again, other = (lay_out(human_task(name), seed)[0] for seed in (3, 3, 4))
    assert first == again
    assert Layout.model_validate_json(first.model_dump_json()) == first
    assert first.model_copy(update={"seed": 4}) != other


@pytest.mark.parametrize(("mode", "split"), [("train", TRAIN_COLORS), ("test", EVAL_COLORS)])
@pytest.mark.parametrize("name", NAMES)
def test_colours_are_those_of_the_split(name: str, mode: Literal["train", "test"], split: tuple[str, ...]) -> None:
    layouts = [lay_out(human_task(name), seed, mode)[0] for seed in range(20)]
    moved = {layout.object(handle).color for layout in layouts for goal in layout.goals for handle in goal.objects}
    if name in FIXED_COLORS:
        assert moved == FIXED_COLORS[name]
        moved = {item.color for layout in layouts for item in layout.objects}
    moved.discard(None)  # the ends of a rope, which are always white
    assert moved <= set(split)
    assert len(moved) >= 4


def test_test_mode_shows_unseen_colours() -> None:
    layouts = [lay_out(human_task("put-block-in-bowl"), seed, "test")[0] for seed in range(10)]
    assert {item.color for layout in layouts for item in layout.objects} - set(TRAIN_COLORS)


def test_unknown_task_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="towers-of-hanoi"):
        human_task("tower-of-hanoi")


def test_rewards_of_a_solved_episode_sum_to_one() -> None:
    env = TabletopEnv("stack-block-pyramid")
    env.reset(seed=1)
    total, terminated, info = 0.0, False, {}
    while not terminated:
        action = next_action(env.episode.scorer)
        assert isinstance(action, Action)
        taken = {"pick": action.pick, "place": (*action.place[:2], math.remainder(action.place[2], 2 * math.pi))}
        _, reward, terminated, truncated, info = env.step(taken)  # type: ignore[arg-type]
        assert not truncated
        total += reward
    env.close()
    assert total == pytest.approx(1.0)
    assert info["success"]


def test_every_human_task_is_found_by_its_file() -> None:
    assert all(issubclass(item, Task) and item.__module__.endswith(name.replace("-", "_"))
               for name, item in human_tasks().items())  # fmt: skip
