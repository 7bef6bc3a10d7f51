"""One seed gives one episode, bit for bit: again, after other episodes, and in another process under load."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys

import pytest

from sim.builder import lay_out
from sim.episode import Episode, run_oracle
from sim.tasks import human_task

TASKS = ["put-block-in-bowl", "stack-block-pyramid"]
CHILD = """
import sys
from sim.builder import lay_out
from sim.episode import Episode, run_oracle
from sim.tasks import human_task
for name in sys.argv[1:]:
    with Episode(lay_out(human_task(name), 7)[0]) as episode:
        run_oracle(episode)
        print(episode.world.state_hash())
"""


def digest(name: str) -> str:
    with Episode(lay_out(human_task(name), 7)[0]) as episode:
        run_oracle(episode)
        return episode.world.state_hash()


def burn() -> None:
    while True:
        sum(range(100_000))


@pytest.fixture(scope="module")
def digests() -> list[str]:
    return [digest(name) for name in TASKS]


def test_episode_repeats_after_another_task(digests: list[str]) -> None:
    digest("towers-of-hanoi")
    assert [digest(name) for name in reversed(TASKS)][::-1] == digests
    assert len(set(digests)) == len(TASKS)


def test_episode_repeats_in_other_processes_under_load(digests: list[str]) -> None:
    context = multiprocessing.get_context("spawn")
    load = [context.Process(target=burn, daemon=True) for _ in range(2)]
    for process in load:
        process.start()
    try:
        children = [
            subprocess.Popen([sys.executable, "-c", CHILD, *TASKS], stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        answers = [child.communicate(timeout=120)[0].split() for child in children]
    finally:
        for process in load:
            process.kill()
            process.join()
    assert answers == [digests, digests]
