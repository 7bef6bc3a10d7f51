"""Evaluation of a policy that was really trained, if only for moments."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policy.actors import loaded
from policy.collect import collect
from policy.config import preset
from policy.evaluation import EpisodeJob, EpisodeOutcome, evaluate, run_episode
from policy.footage import FilmJob, shoot
from policy.policies import find_policy
from policy.seeds import TEST_SEEDS
from policy.tasks import PracticeTask
from policy.training import train
from sim.errors import SimsmithError
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers

TASK = PracticeTask("align-box-corner")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two policies of the same demonstrations, `one` and `other`."""
    place = tmp_path_factory.mktemp("learnt")
    with LocalWorkers(1) as workers:
        collect(place / "datasets" / "d", [TASK], 2, sandbox=Sandbox(), workers=workers)
    for number, name in enumerate(("one", "other")):
        train(place / "datasets" / "d", None, preset("smoke", steps=1, seed=number), place / "policies" / name)
    return place


def job(home: Path, name: str, seed: int = TEST_SEEDS) -> EpisodeJob:
    return EpisodeJob(find_policy(name, home).place, TASK.name, TASK.layout(seed, Sandbox()))


def bare(outcome: EpisodeOutcome) -> EpisodeOutcome:
    return outcome.model_copy(update={"seconds": 0.0})


def test_a_learnt_policy_does_the_same_in_a_worker_and_here(home: Path) -> None:
    place, seeds = find_policy("one", home).place, [TEST_SEEDS, TEST_SEEDS + 1]
    with LocalWorkers(1) as workers:
        there = list(evaluate(place, [TASK], seeds, sandbox=Sandbox(), workers=workers))
    assert [bare(item) for item in there] == [bare(run_episode(job(home, "one", seed))) for seed in seeds]
    assert all(item.instruction.startswith("align the") and item.steps > 0 for item in there)


def test_what_it_attends_to_is_shown_with_its_film(home: Path) -> None:
    footage = shoot(FilmJob(job(home, "one"), "gif"))
    assert footage.attention is not None
    assert footage.attention.startswith(b"\x89PNG")
    assert footage.success == run_episode(job(home, "one")).success


def test_a_policy_is_loaded_once_and_again_when_its_weights_change(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(home / "policies" / "one", folder)
    first = loaded(str(folder))
    assert loaded(str(folder)) is first
    shutil.rmtree(folder)
    shutil.copytree(home / "policies" / "other", folder, copy_function=shutil.copyfile)
    assert loaded(str(folder)) is not first


def test_weights_of_another_architecture_are_told_from_a_worker(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(home / "policies" / "one", folder)
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"rotations": 12', '"rotations": 12, "nonsense": 1'))
    with LocalWorkers(1) as workers, pytest.raises(SimsmithError, match="damaged"):
        list(evaluate(folder, [TASK], [TEST_SEEDS], sandbox=Sandbox(), workers=workers))
