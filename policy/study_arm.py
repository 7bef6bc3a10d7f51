"""One arm of a study, from its demonstrations to its test episodes: what a worker is given, and what it gives back.

A worker that is killed goes on where it was: training has its checkpoint, and each test episode is a line in a file.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from memory.atomic import write_atomically
from policy.actors import loaded
from policy.evaluation import EpisodeJob, run_episode
from policy.study_config import StudyConfig
from policy.study_plan import Arm
from policy.study_results import ArmResult, TrialOutcome
from policy.study_trials import Trial, read_trials
from sim.errors import EnvironmentBroken, SimsmithError
from sim.layout import Frozen

RESULT, EPISODES, POLICY = "result.json", "episodes.jsonl", "policy"
MOST_STARTS = 2  # of an episode in one run of the study: one that ends its worker so often is void


class _Line(Frozen):
    """A line of the file of episodes: one that is begun, or what came of it."""

    trial: int
    run: int = 0
    outcome: TrialOutcome | None = None


@dataclass(frozen=True)
class ArmJob:
    """An arm to run, as plain data.

    Attributes:
        arm: The arm.
        config: What the study is asked to do.
        folder: The arm's folder.
        dataset: The folder of the demonstrations.
        trials: The file of the test episodes.
        run: The number of this run of the study.
    """

    arm: Arm
    config: StudyConfig
    folder: str
    dataset: str
    trials: str
    run: int


def kept_result(folder: Path, arm: Arm) -> ArmResult | None:
    """The result of an arm that is done; None when it is not, or another arm's lies in its place."""
    try:
        result = ArmResult.model_validate_json((folder / RESULT).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return result if result.arm == arm and not result.failed else None


def run_arm(job: ArmJob) -> ArmResult:
    """Trains and tests an arm; when it was done already, what came of it.

    Returns:
        Its result; one that is `failed` when its own training or test stopped, such as by a loss that is no number.

    Raises:
        EnvironmentBroken: The disk refuses; the study stops, and can be gone on with.
    """
    folder = Path(job.folder)
    done = kept_result(folder, job.arm)
    if done:
        return done
    try:
        folder.mkdir(parents=True, exist_ok=True)
        result = _run(job, folder)
        write_atomically(folder / RESULT, result.model_dump_json(indent=1).encode())
    except EnvironmentBroken:
        raise
    except SimsmithError as error:
        return ArmResult(arm=job.arm, failed=str(error))
    except OSError as error:
        raise EnvironmentBroken(
            f"{folder} cannot be written: {error.strerror}", "make room, and run the same command again"
        ) from None
    return result


def _run(job: ArmJob, folder: Path) -> ArmResult:
    started = time.perf_counter()
    steps, loss = (0, None) if job.arm.kind == "chance" else _train(job, folder / POLICY)
    trained = time.perf_counter()
    policy = "random"
    if job.arm.kind != "chance":
        policy = str(folder / POLICY)
        loaded(policy)  # before an episode is begun: whoever stops the study meanwhile has not ended an episode
    trials = read_trials(Path(job.trials)).trials
    before = sum(line.outcome is not None for line in _lines(folder / EPISODES))
    episodes = tuple(_tested(folder / EPISODES, policy, trials, job.run))
    return ArmResult(
        arm=job.arm,
        episodes=episodes,
        training_seconds=round(trained - started, 2),
        evaluation_seconds=round(time.perf_counter() - trained, 2),
        steps=steps,
        tested=len(episodes) - before,
        loss=loss,
    )


def _train(job: ArmJob, folder: Path) -> tuple[int, float | None]:
    """Trains a policy, or goes on with it; returns the steps that were made now, and the loss at the end."""
    from policy.config import preset
    from policy.training import Progress, train

    # No episode is held out: with few a task, arms of many tasks would learn from fewer.
    config = preset(
        job.config.training,
        steps=job.config.steps,
        batch=job.config.batch,
        seed=job.arm.seed,
        variant="blind" if job.arm.kind == "blind" else "text",
        held_out=0.0,
        validate_every=0,
    )
    made: list[Progress] = []
    result = train(Path(job.dataset), job.arm.episodes, config, folder, on_step=made.append)
    return len(made), round(result.last.pick + result.last.place, 4) if result.last else None


def _tested(path: Path, policy: str, trials: Sequence[Trial], run: int) -> Iterator[TrialOutcome]:
    """The outcomes of all test episodes; those that the file has are not run again.

    Only starts of this run count: who stops the study in the middle of an episode has not ended it.
    """
    lines = list(_lines(path))
    known = {line.trial: line.outcome for line in lines if line.outcome}
    starts = Counter(line.trial for line in lines if not line.outcome and line.run == run)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" if lines else "")  # the last line may be a part of one
        for place, trial in enumerate(trials):
            outcome = known.get(place)
            if outcome is None:
                if starts[place] < MOST_STARTS:
                    file.write(_Line(trial=place, run=run).model_dump_json() + "\n")
                    file.flush()
                    outcome = _outcome(policy, trial)
                else:
                    outcome = _void(trial, "it ended its worker")
                file.write(_Line(trial=place, run=run, outcome=outcome).model_dump_json() + "\n")
                file.flush()
            yield outcome


def _outcome(policy: str, trial: Trial) -> TrialOutcome:
    result = run_episode(EpisodeJob(policy=policy, task=trial.task, layout=trial.layout))
    return _void(trial, result.void).model_copy(update={"success": result.success, "reward": result.reward})


def _void(trial: Trial, why: str) -> TrialOutcome:
    return TrialOutcome(group=trial.group, task=trial.task, seed=trial.layout.seed, void=why)


def _lines(path: Path) -> Iterator[_Line]:
    """The lines that were written whole: of the last one a killed worker may have left a part."""
    if not path.exists():
        return
    for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield _Line.model_validate_json(text)
        except ValidationError:
            continue
