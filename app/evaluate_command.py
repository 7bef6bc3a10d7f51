"""`simsmith evaluate`: the options; the work is in `app/evaluation.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.options import Home, Isolation, Json, grouped


@dataclass(frozen=True)
class EvaluateOptions:
    """What is evaluated, and what is shown of it, as the options say.

    Attributes:
        tasks: Names of tasks, separated by commas.
        episodes: Episodes of each task.
        seed_offset: By how much the seeds start later than the first test seed.
        test_colors: Whether human-made tasks come in the colours and shapes that are kept for tests.
        rules: What success is.
        appearance: How the policy sees the table.
        workers: Processes; one a core when there is none.
        films: Films of successes and of failures of each task.
        gif: Whether they are GIFs.
        out: The evaluation's folder; one of the home when there is none.
    """

    tasks: Annotated[
        str, typer.Option(help="Names separated by commas: tasks, task files, or human, generated, all.")
    ] = "human"
    episodes: Annotated[int, typer.Option(min=1, max=100_000, help="Episodes of each task.")] = 20
    seed_offset: Annotated[
        int, typer.Option(min=0, max=1_000_000_000, help="How many of the test seeds to pass over.")
    ] = 0
    test_colors: Annotated[
        bool, typer.Option("--test-colors", help="Human-made tasks in the colours and shapes that are kept for tests.")
    ] = False
    rules: Annotated[
        Literal["strict", "ravens"], typer.Option(help="What success is; ravens, for published numbers, is looser.")
    ] = "strict"
    appearance: Annotated[
        Literal["plain", "randomised", "pseudo-real"], typer.Option(help="How the policy sees the table.")
    ] = "plain"
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; one a core when left out.", show_default=False)
    ] = None
    films: Annotated[int, typer.Option(min=0, max=100, help="Films of successes, and of failures, of each task.")] = 1
    gif: Annotated[bool, typer.Option("--gif", help="Films as GIFs instead of MP4.")] = False
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the evaluation; one of the home when left out.", show_default=False),
    ] = None


@grouped
def evaluate(
    *,
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="A policy of the home, a folder, oracle, or random.")],
    options: EvaluateOptions,
    isolation: Isolation,
    home: Home = None,
    json: Json = False,
) -> None:
    """Test a policy on tasks: success with intervals, why it fails, and films."""
    from app import evaluation

    evaluation.run(home, isolation.sandbox(), policy, options, as_json=json)
