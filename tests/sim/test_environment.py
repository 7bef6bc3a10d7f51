"""The Gymnasium environment: its contract, its options, its registration and its errors."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from scenes import HALF, at, block, goal, layout

from sim.builder import lay_out
from sim.environment import TabletopEnv
from sim.errors import EnvironmentBroken, UsageError
from sim.tasks import human_task, human_tasks

SCENE = layout([block(0.5, 0.2)], [goal([1], [at(0.4, -0.2)])], max_steps=2)


@pytest.fixture
def env() -> Iterator[TabletopEnv]:
    environment = TabletopEnv(SCENE)
    environment.reset(seed=0)
    yield environment
    environment.close()


def action(pick: Any = (0.5, 0.2, 0.0), place: Any = (0.4, -0.2, 0.0)) -> dict[str, Any]:
    return {"pick": np.array(pick), "place": np.array(place)}


OPTIONS: list[dict[str, Any]] = [
    {},
    {"resolution": "half", "cameras": ("front", "left", "right"), "segmentation": True, "noise": True},
]


def check(environment: gymnasium.Env[Any, Any], skip_render: bool) -> None:
    """Gymnasium's own checker; its warnings are errors, but for the one on spaces: metres and radians are meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*symmetric and normalized space.*")
        check_env(environment.unwrapped, skip_render_check=skip_render)


@pytest.mark.parametrize("options", OPTIONS, ids=["plain", "everything"])
def test_passes_the_checker_of_gymnasium(options: dict[str, Any]) -> None:
    environment = gymnasium.make("simsmith/put-block-in-bowl-v0", render_mode="rgb_array", **options)
    with warnings.catch_warnings():
        # Asks for render modes one after the other, and a machine without a display has no window.
        warnings.filterwarnings("ignore", message=".*alternative render.*")
        check(environment, skip_render=True)
    environment.close()


@pytest.mark.parametrize("task", human_tasks())
def test_every_human_made_task_is_registered_and_passes_the_checker(task: str) -> None:
    environment = gymnasium.make(f"sim:simsmith/{task}-v0", resolution="half")
    check(environment, skip_render=True)
    assert environment.reset(seed=3)[1]["task"] == task
    environment.close()


def test_import_order_does_not_matter_and_registration_loads_nothing_heavy() -> None:
    code = (
        "import sys, sim, gymnasium; gymnasium.spec('simsmith/towers-of-hanoi-v0');"
        "print([name for name in ('pybullet', 'torch', 'chromadb', 'scipy', 'pydantic') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "[]"


def test_unknown_environment_names_the_nearest() -> None:
    with pytest.raises(gymnasium.error.NameNotFound, match="`put-block-in-bowl`"):
        gymnasium.make("simsmith/put-block-in-bowls-v0")


def test_two_environments_run_in_processes_of_their_own() -> None:
    together = gymnasium.make_vec("simsmith/put-block-in-bowl-v0", num_envs=2, vectorization_mode="async")
    observation, _ = together.reset(seed=5)
    assert observation["color"].shape == (2, 160, 320, 3)
    for number in range(2):
        alone = TabletopEnv("put-block-in-bowl")
        assert np.array_equal(alone.reset(seed=5 + number)[0]["color"], observation["color"][number])
        alone.close()
    action_space = together.action_space
    action_space.seed(0)
    _, reward, _, _, info = together.step(action_space.sample())
    assert reward.tolist() == [0.0, 0.0]
    assert all(info["reason"])
    together.close()


def test_options_decide_what_is_observed() -> None:
    environment = TabletopEnv(SCENE, **OPTIONS[1])
    observation, _ = environment.reset(seed=0)
    environment.close()
    assert environment.observation_space.contains(observation)
    assert observation["height"].shape == (80, 160)
    assert observation["front"]["depth"].shape == (480, 640)
    assert set(np.unique(observation["segmentation"])) == {-1, 1}
    assert list(environment.cameras) == ["front", "left", "right"]


def test_noise_belongs_to_the_seed() -> None:
    environment = TabletopEnv(SCENE, noise=True)
    first, again, other = (environment.reset(seed=seed)[0] for seed in (1, 1, 2))
    environment.close()
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["height"], other["height"])


def test_a_task_may_be_a_function_from_seed_to_layout() -> None:
    environment = TabletopEnv(lambda seed: lay_out(human_task("packing-boxes"), seed)[0])
    named = TabletopEnv("packing-boxes")
    assert np.array_equal(environment.reset(seed=4)[0]["color"], named.reset(seed=4)[0]["color"])
    environment.close()
    named.close()


def test_rules_decide_whether_a_height_counts() -> None:
    below_and_beside = [block(0.5, 0.2), block(0.4, -0.2, color="blue")]
    on_top = layout(below_and_beside, [goal([1], [at(0.4, -0.2, 3 * HALF)])], max_steps=1)
    success = {}
    for rules in ("strict", "ravens"):
        environment = TabletopEnv(on_top, rules=rules)
        environment.reset(seed=0)
        environment.episode.world.put(2, at(0.3, 0.4))  # what should carry it is gone: it ends up on the table
        success[rules] = environment.step(action())[4]["success"]
        environment.close()
    assert success == {"strict": False, "ravens": True}


def test_a_task_that_pushes_has_the_same_action_space() -> None:
    zone = (at(0.5, -0.1, 0.0), (0.12, 0.12, 0.0))
    swept = goal([1], [zone[0]], metric="zone", params=[zone])
    pushes = layout([block(0.5, 0.1)], [swept], primitive="push", max_steps=1)
    environment = TabletopEnv(pushes)
    environment.reset(seed=0)
    _, _, _, truncated, info = environment.step(action(pick=(0.5, 0.2, 0.0), place=(0.5, 0.0, 0.0)))
    assert (truncated, info["reason"]) == (True, "")
    assert environment.episode.world.pose(1)[0][1] < 0.0
    environment.close()


def test_a_window_without_a_display_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = TabletopEnv(SCENE, render_mode="human")
    for display in ("", ":4711"):
        monkeypatch.setenv("DISPLAY", display)
        with pytest.raises(EnvironmentBroken, match="no display for a window"):
            environment.reset(seed=0)
    environment.close()


def test_seed_decides_the_observation() -> None:
    environment = TabletopEnv("packing-boxes")
    first, again, other = (environment.reset(seed=seed)[0] for seed in (1, 1, 2))
    environment.close()
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["color"], other["color"])


def test_reset_without_a_seed_goes_on_to_another_episode() -> None:
    environment = TabletopEnv("put-block-in-bowl")
    environment.reset(seed=1)
    layouts = []
    for _ in range(2):
        environment.reset()
        layouts.append(environment.episode.layout)
    environment.close()
    assert layouts[0] != layouts[1]


def test_options_change_the_task(env: TabletopEnv) -> None:
    _, info = env.reset(seed=0, options={"task": "towers-of-hanoi"})
    assert info["task"] == "towers-of-hanoi"
    assert "disk" in info["instruction"]


def test_solving_ends_the_episode(env: TabletopEnv) -> None:
    observation, reward, terminated, truncated, info = env.step(action())
    assert env.observation_space.contains(observation)
    assert (reward, terminated, truncated, info["success"], info["reason"]) == (1.0, True, False, True, "")


def test_step_after_the_end_is_an_error(env: TabletopEnv) -> None:
    env.step(action())
    with pytest.raises(UsageError, match="call reset first"):
        env.step(action())


def test_last_step_truncates(env: TabletopEnv) -> None:
    ends = [env.step(action(pick=(0.3, 0.4, 0.0)))[1:4] for _ in range(2)]
    assert ends == [(0.0, False, False), (0.0, False, True)]


def test_step_before_reset_is_an_error() -> None:
    with pytest.raises(UsageError, match="call reset first"):
        TabletopEnv(SCENE).step(action())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (action(pick=(0.1, 0.2, 0.0)), "pick x is 0.100"),
        (action(place=(0.4, 0.7, 0.0)), "place y is 0.700"),
        (action(place=(0.4, 0.2, 4.0)), "place yaw is 4.000"),
        (action(pick=(math.nan, 0.2, 0.0)), "pick x is nan"),
        (action(pick=(0.4, math.inf, 0.0)), "pick y is inf"),
        (action(pick=(0.4, 0.2)), "no pick of"),
        ({"pick": np.array([0.4, 0.2, 0.0])}, "no place of"),
        (None, "no pick of"),
    ],
)
def test_bad_action_is_an_error_that_names_the_number(env: TabletopEnv, wrong: Any, said: str) -> None:
    before = env.episode.world.state_hash()
    with pytest.raises(UsageError, match=said):
        env.step(wrong)
    assert env.episode.world.state_hash() == before
    assert env.episode.steps == 0


def test_unknown_names_are_errors() -> None:
    with pytest.raises(UsageError, match="put-block-in-bowl"):
        TabletopEnv("put-block-in-bowls").reset()
    with pytest.raises(UsageError, match="rgb_array"):
        TabletopEnv(render_mode="ansi")
    with pytest.raises(UsageError, match="did you mean 'front'"):
        TabletopEnv(cameras=("fron",))
    with pytest.raises(UsageError, match="valid names: full, half"):
        TabletopEnv(resolution="tiny")
    with pytest.raises(UsageError, match="ravens"):
        TabletopEnv(rules="raven")


def test_render_gives_a_picture_and_disturbs_nothing() -> None:
    environment = TabletopEnv(SCENE, render_mode="rgb_array")
    environment.reset(seed=0)
    before = environment.episode.world.state_hash()
    picture = environment.render()
    assert picture is not None
    assert (picture.shape, picture.dtype) == ((480, 640, 3), np.uint8)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 100
    assert environment.episode.world.state_hash() == before
    environment.close()
    assert TabletopEnv(SCENE).render() is None
