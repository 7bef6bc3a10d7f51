"""A small study from tasks to results, with real demonstrations, real training and real episodes; and gone on with."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory import MiniLM, TaskLibrary, TaskRecord
from memory.errors import LibraryDamaged
from memory.failure import Sighting
from memory.failures import FailureStore
from policy import study_arm
from policy.evaluation import EpisodeJob, EpisodeOutcome, run_episode
from policy.splits import Split
from policy.study import KeptPlan, Study
from policy.study_arm import EPISODES, RESULT, ArmJob, kept_result, run_arm
from policy.study_config import PRESETS, AskedSplit, StudyConfig
from policy.study_plan import make_plan
from policy.study_proposal import propose
from policy.study_results import ArmResult, findings
from sim.errors import EnvironmentBroken, UsageError
from sim.sandbox import Sandbox
from sim.signature import signature
from sim.tasks import human_sources
from sim.verification import verify
from sim.workers import LocalWorkers

HUMAN = ("put-block-in-bowl", "packing-shapes")
CONFIG = StudyConfig.model_validate(
    {
        **PRESETS["smoke"].model_dump(),
        "numbers": (0, 2),
        "seeds": (1,),
        "split_seed": 1,
        "train_human": HUMAN[:1],
        "test_human": HUMAN[1:],
        "held_out": 0,
        "demonstrations": 4,
        "steps": 2,
        "episodes": 1,
        "color_episodes": 1,
        "blind_number": None,
        "filter_number": 2,
        "rejected_share": 0.5,
    }
)
PUT = '''import numpy as np

from sim import Task


class Put{title}(Task):
    """Put the {color} {thing} on the gray {place}."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        target = self.get_random_pose(env, (0.15, 0.15, 0.0))
        env.add_object("{place}/{place}.urdf", target, category="fixed", color="gray")
        thing = env.add_object("{thing}/{thing}.urdf", self.get_random_pose(env, (0.05, 0.05, 0.05)), color="{color}")
        target = ((target[0][0], target[0][1], {height}), target[1])
        self.add_goal(
            objs=[thing], matches=np.ones((1, 1)), targ_poses=[target], replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1.0, language_goal="put the {said} {thing} on the gray {place}",
        )
'''
SANDBOX = Sandbox()


def put(thing: str, place: str, *, color: str = "red", said: str = "", height: float = 0.03) -> str:
    title = f"{thing}{place}".title()
    return PUT.format(title=title, thing=thing, place=place, color=color, said=said or color, height=height)


def record(name: str, code: str, origin: str) -> TaskRecord:
    """A task as the library has it after its proof, without the proof."""
    layouts = SANDBOX.layouts(code, range(2)).layouts
    return TaskRecord(
        name=name,
        title=name.replace("-", " "),
        instructions=layouts[0].instructions,
        code=code,
        origin=origin,
        signature=signature(layouts, code),
    )


GENERATED = {
    "put-block-on-zone": put("block", "zone"),
    "put-cylinder-on-pallet": put("cylinder", "pallet", color="blue"),
}
FLOATING = put("ball", "zone", color="green", height=0.25)  # which no oracle can bring about under the strict rules
LYING = put("cylinder", "zone", color="purple", said="green")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A home with two human-made tasks, three generated ones, one of them impossible, and a rejected candidate."""
    home = tmp_path_factory.mktemp("study") / "home"
    library = TaskLibrary(home, minilm)
    for name in HUMAN:
        library.add(record(name, human_sources()[name], "human"), {"before": b"", "after": b""})
    for name, code in {**GENERATED, "float-ball-over-zone": FLOATING}.items():
        library.add(record(name, code, "composer"), {"before": b"", "after": b""})
    verdict = verify(LYING, sandbox=SANDBOX)
    assert (verdict.stage, verdict.accepted) == ("ground", False)
    store = FailureStore(home, minilm)
    proposal = {"title": "put cylinder on zone"}
    store.remember(program=LYING, reason="failed", sighting=Sighting(session="s"), verdict=verdict, proposal=proposal)
    return home


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalWorkers]:
    with LocalWorkers(1) as pool:
        yield pool


def run(study: Study, library: TaskLibrary, workers: LocalWorkers) -> tuple[KeptPlan, list[ArmResult]]:
    with study.opened():
        kept = study.kept() or study.plan(propose(study.config, library))
        kept = study.record(kept, library, workers)
        return kept, list(study.run(kept.plan, study.lay_out_trials(kept.plan), workers))


@pytest.fixture(scope="module")
def done(home: Path, minilm: MiniLM, workers: LocalWorkers) -> tuple[KeptPlan, list[ArmResult]]:
    """A study that was run to its end."""
    return run(Study(home, "small", CONFIG, SANDBOX), TaskLibrary(home, minilm), workers)


def test_every_arm_has_a_result_on_all_test_episodes(done: tuple[KeptPlan, list[ArmResult]]) -> None:
    kept, results = done
    assert [result.arm.name for result in results] == [
        "text-000-seed1",
        "text-002-seed1",
        "unfiltered-002-seed1",
        "chance",
    ]
    assert not any(result.failed for result in results)
    for result in results:
        told = [(episode.group, episode.task) for episode in result.episodes]
        assert told == [
            ("in-domain", HUMAN[0]),
            ("unseen-colors", HUMAN[0]),
            ("zero-shot-human", HUMAN[1]),
        ]
    assert all(result.loss is not None for result in results if result.arm.kind != "chance")
    assert findings(kept.plan, results, kept.nearness).missing == 0


def test_a_task_that_cannot_be_recorded_is_replaced_and_named(done: tuple[KeptPlan, list[ArmResult]]) -> None:
    kept, _ = done
    needed = kept.plan.demonstrations
    assert set(GENERATED) <= set(needed)
    assert set(kept.given_up) == {"float-ball-over-zone"}
    assert "float-ball-over-zone" not in needed


def test_rejected_candidates_are_trained_on_in_the_arm_without_filters_alone(
    done: tuple[KeptPlan, list[ArmResult]],
) -> None:
    by_kind = {arm.kind: set(arm.episodes) for arm in done[0].plan.arms if arm.number}
    (rejected,) = by_kind["unfiltered"] - by_kind["text"]
    assert rejected.startswith("rejected-")
    assert len(by_kind["unfiltered"]) == len(by_kind["text"])


def test_a_second_run_runs_nothing_again(
    home: Path, done: tuple[KeptPlan, list[ArmResult]], minilm: MiniLM, workers: LocalWorkers
) -> None:
    study = Study(home, "small", CONFIG, SANDBOX)
    kept, results = run(study, TaskLibrary(home, minilm), workers)
    assert results == []
    assert study.finished(kept.plan) == done[1]
    clock = json.loads((study.folder / "clock.json").read_text())
    assert clock["runs"] > 1
    assert clock["seconds"] > sum(result.training_seconds + result.evaluation_seconds for result in done[1])


def test_an_arm_that_was_killed_between_test_episodes_ends_with_the_same_result(
    home: Path, done: tuple[KeptPlan, list[ArmResult]], minilm: MiniLM, workers: LocalWorkers
) -> None:
    folder = home / "studies" / "small" / "arms" / "text-000-seed1"
    (folder / RESULT).unlink()
    lines = (folder / EPISODES).read_text().splitlines()
    # One episode is done, another one was begun, and of its line a part was written.
    done_first = next(at for at, line in enumerate(lines) if '"success"' in line)
    (folder / EPISODES).write_text("\n".join(lines[: done_first + 2]) + '\n{"trial": 1, "outc')
    _, results = run(Study(home, "small", CONFIG, SANDBOX), TaskLibrary(home, minilm), workers)
    assert [result.arm.name for result in results] == ["text-000-seed1"]
    assert results[0].episodes == done[1][0].episodes
    # What it takes is told of what was done now: nothing is left of the training, and all episodes but one.
    assert (results[0].steps, results[0].tested) == (0, len(results[0].episodes) - 1)
    assert (done[1][0].steps, done[1][0].tested) == (CONFIG.steps, len(results[0].episodes))


def test_an_episode_that_ends_its_worker_again_and_again_is_void_and_the_others_are_run(
    home: Path, done: tuple[KeptPlan, list[ArmResult]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = done[0].plan.arms[-1]
    trials = home / "studies" / "small" / "trials.json"

    def exit_code(folder: str, run: int) -> int | None:
        job = ArmJob(chance, CONFIG, str(tmp_path / folder), str(home / "datasets" / "study-small"), str(trials), run)
        child = multiprocessing.get_context("fork").Process(target=run_arm, args=(job,))
        child.start()
        child.join()
        return child.exitcode

    def deadly(job: EpisodeJob) -> EpisodeOutcome:
        if job.task == HUMAN[1]:
            os._exit(9)
        return run_episode(job)

    with monkeypatch.context() as patched:
        patched.setattr(study_arm, "run_episode", deadly)
        assert [exit_code("deadly", 1) for _ in range(3)] == [9, 9, 0]
        # Stopped in each of three runs of the study, an episode has not ended its worker often.
        assert [exit_code("stopped", run) for run in (1, 2)] == [9, 9]
    assert exit_code("stopped", 3) == 0
    deadly_result, stopped = (kept_result(tmp_path / name, chance) for name in ("deadly", "stopped"))
    assert deadly_result
    assert [episode.void for episode in deadly_result.episodes] == ["", "", "it ended its worker"]
    assert stopped
    assert stopped.episodes == done[1][-1].episodes


def test_a_damaged_file_of_test_episodes_is_named_with_the_way_out(
    home: Path, done: tuple[KeptPlan, list[ArmResult]]
) -> None:
    study, path = Study(home, "small", CONFIG, SANDBOX), home / "studies" / "small" / "trials.json"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(LibraryDamaged, match=r"trials\.json cannot be read"):
        study.lay_out_trials(done[0].plan)
    path.unlink()  # which is what the remedy says
    assert study.lay_out_trials(done[0].plan).read_bytes() == content


def test_a_study_is_not_gone_on_with_under_another_config_or_by_two_processes(home: Path) -> None:
    study = Study(home, "alone", CONFIG, SANDBOX)
    with study.opened(), pytest.raises(UsageError, match="runs in another process"), study.opened():
        pass
    other = CONFIG.model_copy(update={"steps": 3})
    with pytest.raises(UsageError, match=r"steps \(2 before, 3 now\)"), Study(home, "alone", other, SANDBOX).opened():
        pass


def test_a_split_that_is_asked_for_is_taken_as_it_is_or_refused(home: Path, minilm: MiniLM) -> None:
    library = TaskLibrary(home, minilm)

    def proposed(train: tuple[str, ...], test: tuple[str, ...]) -> Split:
        config = CONFIG.model_copy(update={"split": AskedSplit(train=train, test=test), "filter_number": None})
        proposal = propose(config, library)
        return make_plan(config, proposal.split, proposal.writers).split

    split = proposed((HUMAN[0], *GENERATED), HUMAN[1:])
    assert split.train_generated == tuple(GENERATED)
    with pytest.raises(UsageError, match="2 generated tasks are needed to train on, and 1"):
        proposed((HUMAN[0], "put-block-on-zone"), HUMAN[1:])
    with pytest.raises(UsageError, match="no human-made task"):
        proposed(tuple(GENERATED), HUMAN[1:])
    with pytest.raises(UsageError, match="the library has no task 'put-blocks-on-zone'") as refused:
        proposed((HUMAN[0], "put-blocks-on-zone"), HUMAN[1:])
    assert "'put-block-on-zone'" in refused.value.remedy


def test_lineage_leads_through_tasks_that_are_not_in_the_study(minilm: MiniLM, tmp_path: Path) -> None:
    library = TaskLibrary(tmp_path, minilm)
    for name in HUMAN:
        library.add(record(name, human_sources()[name], "human"), {"before": b"", "after": b""})
    parent = HUMAN[1]
    for name, code in GENERATED.items():
        child = record(name, code, "composer").model_copy(update={"parents": (parent,)})
        library.add(child, {"before": b"", "after": b""})
        parent = name
    config = CONFIG.model_copy(update={"split": AskedSplit(train=(HUMAN[0], parent), test=HUMAN[1:])})
    with pytest.raises(UsageError, match=rf"{parent} \(train\) and {HUMAN[1]} \(test\) are of one family"):
        propose(config, library)


def test_a_study_that_does_not_fit_on_the_disk_is_refused_before_it_begins(
    home: Path, minilm: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(home, "large", CONFIG, SANDBOX)
    usage = shutil.disk_usage(home)
    with study.opened():
        proposal = propose(study.config, TaskLibrary(home, minilm))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10**6))
        with pytest.raises(EnvironmentBroken, match=r"needs about 0\.4 GB in .*, and 0\.0 GB are free"):
            study.plan(proposal)
