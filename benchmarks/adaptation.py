"""What another look costs a policy, and what randomising and adapting bring back.

    python -m benchmarks.adaptation [--home FOLDER] [--tasks put-block-in-bowl] [--demonstrations 100] [--preset cpu]
        [--steps N] [--new 10] [--adapt-steps 500] [--episodes 100] [--seed 0] [--json]

Three policies learn from the oracle's demonstrations of the same seeds in as many steps: one sees them plainly, one
disturbed (`train --disturb`), one recorded randomised. The first and the last are adapted to pseudo-real ones, the
first also while it rehearses plain ones, as they are or disturbed; all are tested on the same unseen seeds. Everything
is done by the commands that a user has, in a home that is kept when it is given: a second run then goes on where the
first was stopped.
Pseudo-real is a differently rendered simulator, not the real world.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import report

COMMAND = Path(sys.executable).parent / "simsmith"
PLAIN, RANDOMISED, PSEUDO_REAL = "plain", "randomised", "pseudo-real"
DISTURBED = "disturbed"
ADAPTED, RANDOMISED_ADAPTED = "plain-adapted", "randomised-adapted"
KEPT, KEPT_DISTURBED = "plain-kept", "plain-kept-disturbed"
TESTS = (  # key in the summary, policy, what it sees
    ("plain", PLAIN, PLAIN),
    ("plain_to_pseudo_real", PLAIN, PSEUDO_REAL),
    ("disturbed_to_pseudo_real", DISTURBED, PSEUDO_REAL),
    ("randomised_to_pseudo_real", RANDOMISED, PSEUDO_REAL),
    ("adapted", ADAPTED, PSEUDO_REAL),
    ("adapted_on_plain", ADAPTED, PLAIN),
    ("kept", KEPT, PSEUDO_REAL),
    ("kept_on_plain", KEPT, PLAIN),
    ("kept_disturbed", KEPT_DISTURBED, PSEUDO_REAL),
    ("kept_disturbed_on_plain", KEPT_DISTURBED, PLAIN),
    ("randomised_adapted", RANDOMISED_ADAPTED, PSEUDO_REAL),
)
Run = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Setup:
    """What is measured.

    Attributes:
        tasks: Names of tasks, with commas between them.
        demonstrations: Of each task, that policies are trained on.
        preset: How they are trained.
        steps: In how many steps; the preset's when there is none.
        new: Pseudo-real demonstrations of each task that policies are adapted to.
        adapt_steps: In how many steps.
        episodes: Test episodes of each task.
        seed: Of training and adapting.
        workers: Processes that record and test.
    """

    tasks: str = "put-block-in-bowl"
    demonstrations: int = 100
    preset: str = "cpu"
    steps: int | None = None
    new: int = 10
    adapt_steps: int = 500
    episodes: int = 100
    seed: int = 0
    workers: int = 1


def command(home: Path) -> Run:
    """The command on a home: arguments in, its document out.

    Raises:
        SystemExit: It failed; what it said is on standard error.
    """

    def run(*arguments: object) -> dict[str, Any]:
        given = [str(COMMAND), *map(str, arguments), "--home", str(home), "--json"]
        ran = subprocess.run(given, stdout=subprocess.PIPE, text=True, check=False)
        if ran.returncode:
            raise SystemExit(ran.returncode)
        return dict(json.loads(ran.stdout))

    return run


def measure(setup: Setup, run: Run) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows, one for each test, and the success rates by what was tested.

    Args:
        setup: What is measured.
        run: The command, on a home.
    """
    recorded = ("--tasks", setup.tasks, "--workers", setup.workers)
    for look, count in ((PLAIN, setup.demonstrations), (RANDOMISED, setup.demonstrations), (PSEUDO_REAL, setup.new)):
        run("demos", look, *recorded, "--episodes", count, "--appearance", look)
    steps = () if setup.steps is None else ("--steps", setup.steps)
    for name, look in ((PLAIN, PLAIN), (DISTURBED, PLAIN), (RANDOMISED, RANDOMISED)):
        trained = ("--dataset", look, "--episodes", setup.demonstrations, "--preset", setup.preset)
        disturb = ("--disturb",) if name == DISTURBED else ()
        run("train", name, *trained, *steps, *disturb, "--seed", setup.seed)
    adapted = ("--episodes", setup.new, "--steps", setup.adapt_steps, "--seed", setup.seed)
    run("adapt", PLAIN, PSEUDO_REAL, "--name", ADAPTED, *adapted)
    run("adapt", PLAIN, PSEUDO_REAL, "--name", KEPT, "--keep", PLAIN, *adapted)
    run("adapt", PLAIN, PSEUDO_REAL, "--name", KEPT_DISTURBED, "--keep", PLAIN, "--disturb", *adapted)
    run("adapt", RANDOMISED, PSEUDO_REAL, "--name", RANDOMISED_ADAPTED, *adapted)
    rows, summary = [], {}
    for key, policy, look in TESTS:
        tested = ("--tasks", setup.tasks, "--episodes", setup.episodes, "--workers", setup.workers, "--films", 0)
        success = run("evaluate", policy, *tested, "--appearance", look)["overall"]["success"]
        low, high = success["wilson"]
        rows.append({"policy": policy, "sees": look, "success": success["rate"], "low": low, "high": high})
        summary[key] = success
    return rows, summary


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, help="where everything is kept; nowhere when left out")
    parser.add_argument("--tasks", default=Setup.tasks)
    parser.add_argument("--demonstrations", type=int, default=Setup.demonstrations)
    parser.add_argument("--preset", choices=("smoke", "cpu", "gpu"), default=Setup.preset)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--new", type=int, default=Setup.new)
    parser.add_argument("--adapt-steps", type=int, default=Setup.adapt_steps)
    parser.add_argument("--episodes", type=int, default=Setup.episodes)
    parser.add_argument("--seed", type=int, default=Setup.seed)
    parser.add_argument("--workers", type=int, default=Setup.workers)
    parser.add_argument("--json", action="store_true")
    given = vars(parser.parse_args())
    home, as_json = given.pop("home"), given.pop("json")
    with tempfile.TemporaryDirectory() as nowhere:
        rows, summary = measure(Setup(**given), command(home or Path(nowhere)))
    report("adaptation", rows, summary, as_json)


if __name__ == "__main__":
    main()
