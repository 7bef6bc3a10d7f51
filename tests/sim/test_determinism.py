"""One seed gives one episode, bit for bit: again, after any other task, in a pool, in another process under load."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sim.builder import lay_out
from sim.rollout import RolledOut, Rollout, roll_out
from sim.tasks import human_tasks
from sim.workers import LocalWorkers

ROLLOUTS = [Rollout(name, 7) for name in human_tasks()]
CHILD = """
import sys
from sim.rollout import Rollout, roll_out
for name in sys.argv[1:]:
    print(roll_out(Rollout(name, 7)).state_hash)
"""


def burn() -> None:
    while True:
        sum(range(100_000))


@pytest.fixture(scope="module")
def alone() -> list[RolledOut]:
    return [roll_out(rollout) for rollout in ROLLOUTS]


@pytest.fixture
def load() -> Iterator[None]:
    """Two processes that keep the machine busy."""
    processes = [multiprocessing.get_context("spawn").Process(target=burn, daemon=True) for _ in range(2)]
    for process in processes:
        process.start()
    yield
    for process in processes:
        process.kill()
        process.join()


def test_episodes_differ(alone: list[RolledOut]) -> None:
    scenes = {lay_out(task, 7)[0].objects for task in human_tasks().values()}  # both towers of Hanoi look the same
    assert len({run.state_hash for run in alone}) == len(scenes)
    assert all(run.result.success for run in alone)


def test_episode_repeats_after_any_other_task(alone: list[RolledOut]) -> None:
    assert [roll_out(rollout) for rollout in reversed(ROLLOUTS)][::-1] == alone
    assert [roll_out(rollout) for rollout in ROLLOUTS] == alone


def test_layout_gives_the_episode_of_its_task_and_seed(alone: list[RolledOut]) -> None:
    layouts = [lay_out(task, 7)[0] for task in human_tasks().values()]
    assert [roll_out(Rollout(layout)) for layout in layouts] == alone


@pytest.mark.usefixtures("load")
def test_episode_repeats_in_a_pool_under_load(alone: list[RolledOut]) -> None:
    with LocalWorkers(2) as workers:
        assert list(workers.map(roll_out, [*ROLLOUTS, *reversed(ROLLOUTS)])) == [*alone, *reversed(alone)]


@pytest.mark.usefixtures("load")
def test_episode_repeats_in_another_process_under_load(alone: list[RolledOut]) -> None:
    names = [str(rollout.task) for rollout in ROLLOUTS]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *names], stdout=subprocess.PIPE, text=True, timeout=120, check=True
    )
    assert child.stdout.split() == [run.state_hash for run in alone]
