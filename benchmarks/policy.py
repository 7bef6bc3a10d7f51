"""How a policy learns and is tested: bytes of a step, samples and episodes a second, success by what it was given.

    python -m benchmarks.policy [--steps N] [--episodes 20] [--full] [--preset cpu] [--json]

Demonstrations are recorded, policies are trained on one thread and tested on unseen seeds, all in a temporary folder.
Three policies, with the same demonstrations of each task and the same steps: `text` learns all tasks, `blind` does too
but is not told what to do, and `single` learns each task by itself, for its share of the steps. All are tested on the
same scenes; in those of put-block-in-bowl the instruction alone says which colours are meant. With `--full` all learn
from 1, 10 and 100 demonstrations of each task, in the preset's own number of steps, which takes hours. With few steps
the rates say little; what is compared then is the speed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import report
from policy.collect import collect
from policy.config import Preset, TrainConfig, preset
from policy.dataset import Dataset
from policy.evaluation import EpisodeOutcome, evaluate
from policy.rates import Rate
from policy.seeds import TEST_SEEDS
from policy.tasks import PracticeTask
from policy.training import TrainingResult, train
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers

TASKS = ("put-block-in-bowl", "place-red-in-green")
STEPS = 300
DEMONSTRATIONS = 10
FULL = (1, 10, 100)
POLICIES = ("text", "blind", "single")


@dataclass(frozen=True)
class Setup:
    """What is measured.

    Attributes:
        tasks: The tasks.
        config: How each policy is trained.
        demonstrations: How many of each task, one after the other.
        episodes: Test episodes of each task.
        workers: Processes that record and test.
    """

    tasks: Sequence[str]
    config: TrainConfig
    demonstrations: Sequence[int]
    episodes: int
    workers: int = 1


def measure(setup: Setup, folder: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows, one for each policy and number of demonstrations, and their summary."""
    sandbox = Sandbox()
    tasks = [PracticeTask(name) for name in setup.tasks]
    with LocalWorkers(setup.workers) as workers:
        dataset = collect(folder / "data", tasks, max(setup.demonstrations), sandbox=sandbox, workers=workers)
        list(evaluate("random", tasks[:1], [0], sandbox=sandbox, workers=workers))  # loads the simulator
        rows = [
            _row(setup, folder, name, count, sandbox, workers) for count in setup.demonstrations for name in POLICIES
        ]
    summary = {
        "samples_per_s": round(statistics.median(row["samples_per_s"] for row in rows), 2),
        "eval_episodes_per_s": round(statistics.median(row["eval_episodes_per_s"] for row in rows), 3),
        "bytes_per_step": round(statistics.median(bytes_per_step(dataset).values())),
        "bytes_per_step_by_task": bytes_per_step(dataset),
        "success": {name: _successes(setup, rows, name) for name in POLICIES},
    }
    return rows, summary


def bytes_per_step(dataset: Dataset) -> dict[str, int]:
    """Bytes on the disk for each recorded step, by task."""
    return {name: round(task.bytes / task.steps) for name, task in dataset.tasks.items() if task.steps}


def _row(setup: Setup, folder: Path, name: str, count: int, sandbox: Sandbox, workers: LocalWorkers) -> dict[str, Any]:
    trained, outcomes, seconds = [], [], 0.0
    for part, result in _trained(setup, folder, name, count):
        trained.append(result)
        tasks = [PracticeTask(task) for task in part]
        list(evaluate(result.folder, tasks[:1], [0], sandbox=sandbox, workers=workers))  # loads the policy
        start = time.perf_counter()
        seeds = range(TEST_SEEDS, TEST_SEEDS + setup.episodes)
        outcomes += list(evaluate(result.folder, tasks, seeds, sandbox=sandbox, workers=workers))
        seconds += time.perf_counter() - start
    success = _rate(outcomes)
    return {
        "policy": name,
        "demonstrations": count,
        "steps": setup.config.steps,
        "success": success.words(),
        "by_task": {task: _rate([item for item in outcomes if item.task == task]).words() for task in setup.tasks},
        "mean_reward": statistics.fmean(outcome.reward for outcome in outcomes),
        "samples_per_s": statistics.median(result.samples_per_second for result in trained),
        "eval_episodes_per_s": len(outcomes) / seconds,
        "train_s": sum(result.seconds for result in trained),
        "rate": success.model_dump(mode="json"),
    }


def _trained(setup: Setup, folder: Path, name: str, count: int) -> Iterator[tuple[Sequence[str], TrainingResult]]:
    """The trained policies of a name, and the tasks of each."""
    parts = [(task,) for task in setup.tasks] if name == "single" else [tuple(setup.tasks)]
    for number, part in enumerate(parts):
        config = preset(
            setup.config.preset,
            steps=max(1, setup.config.steps // len(parts)),
            variant="blind" if name == "blind" else "text",
        )
        place = folder / f"{name}-{count}-{number}"
        yield part, train(folder / "data", dict.fromkeys(part, count), config, place, device="cpu")


def _rate(outcomes: Sequence[EpisodeOutcome]) -> Rate:
    counted = [outcome for outcome in outcomes if not outcome.void]
    return Rate.of(sum(outcome.success for outcome in counted), len(counted))


def _successes(setup: Setup, rows: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """The rate of a policy with the most demonstrations, and with each number of them where there are several."""
    found = {str(row["demonstrations"]): row["rate"] for row in rows if row["policy"] == name}
    best: dict[str, Any] = found[str(max(setup.demonstrations))]
    return best if len(found) == 1 else best | {"by_demonstrations": found}


def main() -> None:
    """Measures the three policies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", default=",".join(TASKS), help="human-made tasks, separated by commas")
    parser.add_argument("--preset", choices=("smoke", "cpu", "gpu"), default="cpu", help="how policies are trained")
    parser.add_argument("--steps", type=int, help=f"of training of each policy; {STEPS}, or with --full the preset's")
    parser.add_argument("--episodes", type=int, default=20, help="test episodes of each task")
    parser.add_argument("--workers", type=int, default=1, help="processes that record and test")
    parser.add_argument("--full", action="store_true", help="success by number of demonstrations, as well")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    chosen: Preset = arguments.preset
    config = preset(chosen, steps=STEPS if arguments.steps is None and not arguments.full else arguments.steps)
    demonstrations = FULL if arguments.full else (DEMONSTRATIONS,)
    setup = Setup(arguments.tasks.split(","), config, demonstrations, arguments.episodes, arguments.workers)
    with tempfile.TemporaryDirectory(prefix="simsmith-benchmark-") as folder:
        rows, summary = measure(setup, Path(folder))
    shown = [{key: value for key, value in row.items() if arguments.json or key not in HIDDEN} for row in rows]
    report("policy", shown, summary, arguments.json)


HIDDEN = ("rate", "by_task")  # from people: the summary has them


if __name__ == "__main__":
    main()
