"""Demonstrations: the same bytes however they are recorded, whole whatever stops it, and read as they were written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from memory.lock import held
from policy.collect import Look, collect
from policy.dataset import Dataset
from policy.demonstration import Demonstration, Recording, record
from policy.manifest import DatasetDamaged, read_manifest
from policy.observation import metres, recorded_height, seen, shrink
from policy.tasks import PracticeTask
from sim.action import Action
from sim.builder import lay_out
from sim.camera import heightmap
from sim.episode import Episode
from sim.errors import EnvironmentBroken, UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_task
from sim.workers import LocalWorkers, Lost

SANDBOX = Sandbox()
BOWL, INSERTION = PracticeTask("put-block-in-bowl"), PracticeTask("block-insertion")
TWO = [BOWL, INSERTION]

NEVER = '''
import numpy as np
from sim import Task


class HangInTheAir(Task):
    """A block shall hang in the air."""

    def reset(self, env):
        super().reset(env)
        pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
        block = env.add_object("block/block.urdf", pose, color="red")
        self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[((0.5, 0.0, 0.2), (0, 0, 0, 1))],
                      step_max_reward=1.0, language_goal="hang the red block in the air")
'''
SOMETIMES = NEVER.replace("((0.5, 0.0, 0.2)", "((0.5, 0.0, 0.2 if self.rng.random() < 0.3 else 0.02)")


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalWorkers]:
    with LocalWorkers(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def recorded(workers, tmp_path_factory) -> Path:
    """A dataset of two tasks with a full shard and a begun one each; not to be written."""
    folder = tmp_path_factory.mktemp("recorded") / "two"
    collect(folder, TWO, 13, sandbox=SANDBOX, workers=workers, command="simsmith demos two")
    return folder


@pytest.fixture
def copied(recorded, tmp_path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "two"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a dataset but its card and its lock."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in ("README.md", ".lock")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_number_of_workers_and_of_runs_changes_no_byte(recorded, tmp_path):
    folder = tmp_path / "two"
    with LocalWorkers(1) as alone:
        for episodes in (4, 13):
            collect(folder, TWO, episodes, sandbox=SANDBOX, workers=alone, command="simsmith demos two")
    assert contents(folder) == contents(recorded)


def test_an_episode_can_be_run_again_from_its_row(recorded):
    for task in ("put-block-in-bowl", "block-insertion"):
        demonstration = list(Dataset.open(recorded).demonstrations(task))[11]
        with Episode(demonstration.layout) as episode:
            for step in demonstration.steps:
                before = heightmap(episode.world)
                assert (step.color == before.color).all()
                assert (step.height == recorded_height(before.height)).all()
                assert step.instruction == demonstration.layout.goals[step.goal].instruction
                episode.step(Action(step.pick, step.place))
            assert episode.success


def test_samples_are_what_was_recorded_and_half_of_them_what_a_policy_sees(recorded):
    dataset = Dataset.open(recorded)
    full, half = dataset.load(), dataset.load(resolution="half")
    demonstrations = [demonstration for name in full.tasks for demonstration in dataset.demonstrations(name)]
    steps = [step for demonstration in demonstrations for step in demonstration.steps]
    assert len(full) == len(steps) == sum(task.steps for task in dataset.tasks.values())
    for index, step in enumerate(steps):
        assert (full.color[index] == step.color).all()
        assert (full.height[index] == step.height).all()
        assert full.instructions[full.instruction[index]] == step.instruction
        np.testing.assert_allclose(full.pick[index], step.pick, rtol=1e-6)
        np.testing.assert_allclose(full.place[index], step.place, rtol=1e-6)
        color, height = seen(step.color, metres(step.height), "half")
        assert (half.color[index] == color).all()
        assert (half.height[index] == height).all()
    counted = [len(demonstration.steps) for demonstration in demonstrations]
    starts = np.flatnonzero(full.step == 0)
    assert np.diff([*starts, len(full)]).tolist() == counted
    assert full.episode[starts].tolist() == [*range(13), *range(13)]


def test_the_first_episodes_of_some_tasks_can_be_loaded_alone(recorded):
    dataset = Dataset.open(recorded)
    everything = dataset.load()
    some = dataset.load({"put-block-in-bowl": 11})
    chosen = (everything.task == everything.tasks.index("put-block-in-bowl")) & (everything.episode < 11)
    assert some.tasks == ("put-block-in-bowl",)
    assert some.primitives == ("pick_place",)
    assert (some.color == everything.color[chosen]).all()
    assert (some.place == everything.place[chosen]).all()


def test_half_a_pixel_is_the_rounded_mean_of_four():
    color = np.arange(2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 3)
    height = np.array([[0, 1], [1, 0]], np.uint16)
    small, low = shrink(color, height)
    assert small.tolist() == [[[5, 6, 7]]]  # 4.5, 5.5, 6.5
    assert low.tolist() == [[1]]
    assert metres(recorded_height(np.array([0.1234, -1.0, 7.0]))).tolist() == pytest.approx([0.1234, 0.0, 6.5535])


def test_a_step_takes_less_than_sixty_kilobytes(recorded):
    for task in Dataset.open(recorded).tasks.values():
        assert task.bytes / task.steps < 60_000


def test_a_shard_is_read_with_pyarrow_alone(recorded):
    entry = read_manifest(recorded).tasks["put-block-in-bowl"].shards[0]
    table = pq.read_table(recorded / entry.file)
    told = json.loads(table.schema.metadata[b"simsmith"])
    (demonstration, *_) = Dataset.open(recorded).demonstrations("put-block-in-bowl")
    color = np.frombuffer(table["color"][0].as_py(), np.uint8).reshape(told["color"]["shape"])
    height = np.frombuffer(table["height"][0].as_py(), "<u2").reshape(told["height"]["shape"])
    assert (color == demonstration.steps[0].color).all()
    assert (height == demonstration.steps[0].height).all()
    assert table["pick"][0].as_py() == list(demonstration.steps[0].pick)


def test_only_solved_episodes_are_kept_and_the_others_counted(workers, tmp_path):
    dataset = collect(
        tmp_path / "some", [PracticeTask("hang", SOMETIMES, origin="file")], 12, sandbox=SANDBOX, workers=workers
    )
    task = dataset.tasks["hang"]
    assert task.episodes == 12
    assert set(task.rejected) == {"floating-target"}
    assert sorted({*range(task.next_seed)} - {*task.seeds}) == sorted(
        seed for seed in range(task.next_seed) if not solves(SOMETIMES, seed)
    )
    assert task.failures == task.next_seed - 12 > 0


def solves(source: str, seed: int) -> bool:
    layout = PracticeTask("hang", source).layout(seed, SANDBOX)
    return isinstance(record(Recording("hang", seed, layout)), Demonstration)


def test_a_task_whose_oracle_fails_is_left_out_and_the_others_go_on(workers, tmp_path):
    tasks = [PracticeTask("hang", NEVER, origin="file"), BOWL]
    dataset = collect(tmp_path / "some", tasks, 3, sandbox=SANDBOX, workers=workers)
    assert list(dataset.tasks) == ["put-block-in-bowl"]
    assert dataset.tasks["put-block-in-bowl"].episodes == 3
    assert "failed on 10 of 10 seeds, last with floating-target" in dataset.left_out["hang"].given_up
    with pytest.raises(UsageError, match="'hang' was left out"):
        dataset.load({"hang": 1})


class Crashing:
    """Workers that lose the episode of one seed."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            yield Lost(item, "its worker died twice") if item.seed == 1 else function(item)


def test_an_episode_that_ends_its_worker_is_a_rejected_one(tmp_path):
    task = collect(tmp_path / "some", [BOWL], 3, sandbox=SANDBOX, workers=Crashing()).tasks["put-block-in-bowl"]
    assert (task.seeds, task.rejected) == ((0, 2, 3), {"crashed": 1})


def test_a_task_that_was_left_out_is_tried_again_under_other_rules(workers, tmp_path):
    tasks = [PracticeTask("hang", NEVER, origin="file")]
    assert collect(tmp_path / "some", tasks, 2, sandbox=SANDBOX, workers=workers).left_out
    dataset = collect(tmp_path / "some", tasks, 2, sandbox=SANDBOX, workers=workers, look=Look(rules="ravens"))
    assert not dataset.left_out
    assert dataset.tasks["hang"].episodes == 2


def test_a_program_that_cannot_be_laid_out_is_left_out_too(workers, tmp_path):
    broken = NEVER.replace("self.add_goal", "self.add_gaol")
    dataset = collect(tmp_path / "some", [PracticeTask("hang", broken)], 2, sandbox=SANDBOX, workers=workers)
    assert "add_gaol" in dataset.left_out["hang"].given_up
    with pytest.raises(UsageError, match="no demonstrations"):
        dataset.load()


KILLED = """
import sys
from pathlib import Path
from policy.collect import collect
from policy.tasks import PracticeTask
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers

if __name__ == "__main__":
    with LocalWorkers(2) as workers:
        tasks = [PracticeTask(name) for name in ("put-block-in-bowl", "block-insertion")]
        collect(Path(sys.argv[1]), tasks, 13, sandbox=Sandbox(), workers=workers, command="simsmith demos two")
"""


def started(script: Path, folder: Path) -> subprocess.Popen[bytes]:
    script.write_text(KILLED)
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)], env={**os.environ, "PYTHONPATH": root}, start_new_session=True
    )


def test_a_kill_in_the_middle_loses_nothing_that_was_written(recorded, tmp_path, workers):
    folder = tmp_path / "two"
    with started(tmp_path / "killed.py", folder) as child:
        while child.poll() is None and not list(folder.glob("shards/*/00000-00009.parquet")):
            time.sleep(0.005)
        os.killpg(child.pid, signal.SIGKILL)
    there = {name: content for name, content in contents(folder).items() if name.endswith(".parquet")}
    assert len(there) < len(list(recorded.glob("shards/*/*.parquet")))
    litter = folder / "shards" / "put-block-in-bowl" / ".tmp-litter"
    litter.write_bytes(b"half a shard")
    collect(folder, TWO, 13, sandbox=SANDBOX, workers=workers, command="simsmith demos two")
    after = contents(folder)
    assert after == contents(recorded)
    assert there.items() <= after.items()


def test_a_disk_that_refuses_is_told_and_what_was_written_stays(copied, workers):
    before = contents(copied)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(EnvironmentBroken, match="make room, and run the same command again"):
            collect(copied, TWO, 20, sandbox=SANDBOX, workers=workers, command="simsmith demos two")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert contents(copied) == before
    assert collect(copied, TWO, 20, sandbox=SANDBOX, workers=workers).tasks["block-insertion"].episodes == 20


@pytest.mark.parametrize("damage", ["truncated", "changed", "missing"])
def test_a_damaged_shard_is_told_and_recorded_again(copied, recorded, workers, damage):
    shard = copied / read_manifest(copied).tasks["block-insertion"].shards[0].file
    content = shard.read_bytes()
    if damage == "missing":
        shard.unlink()
    else:
        shard.write_bytes(content[:-100] if damage == "truncated" else content[:-1] + b"!")
    with pytest.raises(DatasetDamaged, match=r"00000-00009\.parquet.*--tasks block-insertion --episodes 13 records"):
        Dataset.open(copied).load()
    collect(copied, [INSERTION], 13, sandbox=SANDBOX, workers=workers, command="simsmith demos two")
    assert contents(copied) == contents(recorded)


def test_what_is_no_dataset_or_of_another_version_is_told(copied, tmp_path):
    with pytest.raises(UsageError, match="did you mean 'two'"):
        Dataset.open(copied.parent / "too")
    manifest = copied / "dataset.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(DatasetDamaged, match=r"format 2, and this simsmith reads 1.*update simsmith"):
        Dataset.open(copied)
    manifest.write_text(manifest.read_text()[:100])
    with pytest.raises(DatasetDamaged, match=r"dataset\.json is damaged"):
        Dataset.open(copied)


def test_another_task_of_the_same_name_is_refused(copied, workers):
    for task, look, told in (
        (PracticeTask("block-insertion", NEVER), Look(), "another program"),
        (PracticeTask("block-insertion", mode="test"), Look(), "train colours"),
        (INSERTION, Look(rules="ravens"), "strict rules"),
    ):
        with pytest.raises(UsageError, match=told):
            collect(copied, [task], 14, sandbox=SANDBOX, workers=workers, look=look)


def test_more_than_there_is_cannot_be_loaded(recorded):
    dataset = Dataset.open(recorded)
    with pytest.raises(UsageError, match=r"13 demonstrations of 'block-insertion', not 14.*--episodes 14"):
        dataset.load({"block-insertion": 14})
    with pytest.raises(UsageError, match="did you mean 'block-insertion'"):
        dataset.load({"blok-insertion": 1})


def test_two_processes_do_not_write_one_dataset(copied, workers):
    with held(copied / ".lock", 0), pytest.raises(EnvironmentBroken, match="another process"):
        collect(copied, TWO, 14, sandbox=SANDBOX, workers=workers)


def test_the_card_tells_what_is_in_it(recorded):
    card = (recorded / "README.md").read_text()
    assert "26 episodes of 2 tasks" in card
    assert "simsmith demos two" in card
    assert "| block-insertion | human | pick_place | plain | strict | seen | 13 | 13 |" in card
    layout = lay_out(human_task("put-block-in-bowl"), 0)[0]
    assert layout.goals[0].instruction in card
