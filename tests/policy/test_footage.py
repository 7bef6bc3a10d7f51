"""What is shown of an evaluation: the right episodes, films of what really happened, maps where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray
from scenes import at, block, goal, layout

from policy.attention import ENLARGED, PICK, PLACE, overlaid
from policy.evaluation import EpisodeJob, EpisodeOutcome, run_episode
from policy.footage import FilmJob, shoot, worth_showing


@dataclass(frozen=True)
class Attention:
    """Where a policy would act."""

    pick: NDArray[np.float32]
    place: NDArray[np.float32]


SCENE = layout([block(0.5, 0.2)], [goal([1], [at(0.4, -0.3)])], max_steps=1)


def test_the_first_successes_and_failures_of_each_task_are_shown() -> None:
    seeds = {"b": (3, 1, 2, 0), "a": (0, 1)}
    outcomes = [
        EpisodeOutcome(task=task, seed=seed, success=task == "b" and seed > 1, void="lost" if seed == 0 else "")
        for task, numbers in seeds.items()
        for seed in numbers
    ]
    shown = [(item.task, item.seed) for item in worth_showing(outcomes, 1)]
    assert shown == [("b", 3), ("b", 1), ("a", 1)]
    assert len(worth_showing(outcomes, 2)) == 4
    assert worth_showing(outcomes, 0) == []


def test_a_film_is_of_the_very_episode_that_was_scored(tmp_path: Path) -> None:
    for policy in ("oracle", "random"):
        job = EpisodeJob(policy, "one-block", SCENE)
        footage = shoot(FilmJob(job, "gif"))
        assert (footage.task, footage.seed, footage.attention) == ("one-block", SCENE.seed, None)
        assert footage.success == run_episode(job).success == (policy == "oracle")
        (tmp_path / "film.gif").write_bytes(footage.film)
        assert imageio.improps(tmp_path / "film.gif").shape[1:3] == (360, 480)


def test_attention_is_drawn_where_it_is_highest_whatever_its_resolution() -> None:
    color = np.full((160, 320, 3), 200, np.uint8)
    pick, place = np.zeros((80, 160), np.float32), np.zeros((160, 320), np.float32)
    pick[20, 40], place[120, 300] = 0.3, 7.0
    drawn = overlaid(color, Attention(pick, place)).astype(int)
    rows = 160 * ENLARGED
    assert drawn.shape == (2 * rows + 4, 320 * ENLARGED, 3)
    above, below = drawn[:rows], drawn[rows + 4 :]
    tinted = [np.argwhere(np.ptp(panel, axis=2) > 40) for panel in (above, below)]
    assert np.abs(tinted[0].mean(axis=0) - (4 * 20.5, 4 * 40.5)).max() < 2
    assert np.abs(tinted[1].mean(axis=0) - (2 * 120.5, 2 * 300.5)).max() < 2
    assert PICK[0] > PICK[2]
    assert PLACE[0] < PLACE[2]
    assert (above[tinted[0][:, 0], tinted[0][:, 1], 0] >= above[tinted[0][:, 0], tinted[0][:, 1], 2]).all()
    assert (below[tinted[1][:, 0], tinted[1][:, 1], 0] <= below[tinted[1][:, 0], tinted[1][:, 1], 2]).all()


def test_a_map_of_nothing_is_drawn_as_nothing() -> None:
    flat = np.zeros((160, 320), np.float32)
    drawn = overlaid(np.full((160, 320, 3), 200, np.uint8), Attention(flat, flat)).astype(int)
    assert np.ptp(drawn, axis=2).max() == 0
