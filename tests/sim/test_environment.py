"""The Gymnasium environment: its contract, its errors, and heightmaps that show things where they are."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from scenes import HALF, at, block, goal, layout

from sim.camera import HEIGHTMAP_SHAPE, PIXEL, heightmap, pixel_of
from sim.environment import TabletopEnv
from sim.errors import UsageError
from sim.layout import WORKSPACE
from sim.world import World

SCENE = layout([block(0.5, 0.2)], [goal([1], [at(0.4, -0.2)])], max_steps=2)


@pytest.fixture
def env() -> Iterator[TabletopEnv]:
    environment = TabletopEnv(SCENE)
    environment.reset(seed=0)
    yield environment
    environment.close()


def action(pick: Any = (0.5, 0.2, 0.0), place: Any = (0.4, -0.2, 0.0)) -> dict[str, Any]:
    return {"pick": np.array(pick), "place": np.array(place)}


def test_passes_the_checker_of_gymnasium() -> None:
    environment = TabletopEnv("put-block-in-bowl", render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Metres and radians on purpose; and what `gymnasium.make` did not make has no spec to make it by again.
        warnings.filterwarnings(
            "ignore", message=".*symmetric and normalized space.*|.*spec.*None.*|.*alternative render.*"
        )
        check_env(environment)
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
        TabletopEnv(render_mode="human")


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


PLACES = [
    (0.27, -0.48),
    (0.27, 0.48),
    (0.73, -0.48),
    (0.73, 0.48),
    (0.33, -0.11),
    (0.41, 0.27),
    (0.62, -0.33),
    (0.58, 0.07),
]


@pytest.fixture(scope="module")
def seen() -> Any:
    things = [block(x, y, color="red" if number % 2 else "blue") for number, (x, y) in enumerate(PLACES)]
    with World(layout(things, [goal([1], [at(0.5, 0.0)])])) as world:
        return heightmap(world)


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_heightmap_shows_things_where_they_are(seen: Any, number: int) -> None:
    row, column = pixel_of(*PLACES[number])
    red, _, blue = seen.color[row, column].astype(int)
    assert (red > blue + 40) if number % 2 else (blue > red + 40)
    assert seen.height[row, column] == pytest.approx(2 * HALF, abs=0.002)
    assert seen.segmentation[row, column] == number + 1
    rows, columns = np.nonzero(seen.segmentation == number + 1)
    middle = (WORKSPACE[0][0] + (rows.mean() + 0.5) * PIXEL, WORKSPACE[1][0] + (columns.mean() + 0.5) * PIXEL)
    assert middle == pytest.approx(PLACES[number], abs=PIXEL)
    assert len(rows) == pytest.approx((2 * HALF / PIXEL) ** 2, rel=0.2)


def test_heightmap_shows_the_table_between_things(seen: Any) -> None:
    table = seen.segmentation == -1
    assert table.sum() == seen.segmentation.size - (seen.segmentation > 0).sum()
    assert np.abs(seen.height[table]).max() < 0.002
    assert seen.color.shape == (*HEIGHTMAP_SHAPE, 3)
    assert (seen.color.dtype, seen.height.dtype, seen.segmentation.dtype) == (np.uint8, np.float32, np.int32)


def test_pixels_beyond_the_workspace_are_those_of_its_edge() -> None:
    assert pixel_of(0.25, -0.5) == (0, 0)
    assert pixel_of(0.75, 0.5) == (HEIGHTMAP_SHAPE[0] - 1, HEIGHTMAP_SHAPE[1] - 1)
    assert pixel_of(0.0, -2.0) == (0, 0)
