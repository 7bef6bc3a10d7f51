"""The command `simsmith adapt`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from app.options import Home, Json, grouped


@dataclass(frozen=True)
class AdaptOptions:
    """How a policy is adapted, as the options say.

    Attributes:
        name: The new policy.
        steps: Batches that are learnt from.
        episodes: Demonstrations of each task.
        keep: The dataset that is rehearsed; empty for none.
        disturb: Whether lamps, tables and sensors of plain demonstrations are drawn anew for each sample.
        seed: Of the choice of samples.
        device: Where it computes.
    """

    name: Annotated[
        str | None,
        typer.Option(metavar="NAME|FOLDER", help="The new policy; POLICY-adapted when left out.", show_default=False),
    ] = None
    steps: Annotated[int, typer.Option(min=1, max=1_000_000, help="Batches to learn from.")] = 500
    episodes: Annotated[int, typer.Option(min=1, max=100_000, help="Demonstrations of each task to learn from.")] = 10
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER",
            help="Rehearse what the policy learnt from, against forgetting: the dataset that it was trained on.",
            show_default=False,
        ),
    ] = None
    disturb: Annotated[
        bool,
        typer.Option("--disturb", help="Draw light, table and sensor anew for each plain sample, such as those kept."),
    ] = False
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice of samples.")] = 0
    device: Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where; auto takes a GPU if there is one.")] = (
        "auto"
    )


@grouped
def adapt(
    *,
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="A policy of the home, or a folder.")],
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Demonstrations from another source.")],
    options: AdaptOptions,
    home: Home = None,
    json: Json = False,
) -> None:
    """Fine-tune a policy on a handful of recorded episodes from another source; a second run goes on."""
    from app import adaptation

    adaptation.run(home, policy, dataset, options, as_json=json)
