"""The command `simsmith train`: its options; the work is in `app/training.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.options import Home, Isolation, Json, grouped


@dataclass(frozen=True)
class TrainOptions:
    """How a policy is trained, as the options say.

    Attributes:
        dataset: Name or path of the demonstrations.
        tasks: Tasks to learn, each with a number of episodes if it is to have one of its own; all when there is none.
        episodes: Demonstrations of each task; all when there is none.
        preset: What the config begins with.
        variant: Whether the policy reads its instructions.
        seed: Of everything that is left to chance.
        steps: Batches to learn from; the preset's when there is none, likewise below.
        batch: Steps of demonstrations in a batch.
        learning_rate: At its highest.
        precision: Of the convolutions.
        held_out: Share of episodes that is only looked at.
        rollouts: Episodes of each task that the policy is tried on while it learns.
        disturb: Whether lamps, tables and sensors are drawn anew for each plain sample.
        compile: Whether the network is compiled.
        vision: Folder of a frozen vision encoder.
        init: Name or folder of a policy to begin with.
        device: Where.
        threads: Of the CPU.
    """

    dataset: Annotated[str, typer.Option(help="The demonstrations: a dataset of the home, or a folder.")] = "default"
    tasks: Annotated[
        str | None,
        typer.Option(
            help="Tasks to learn, with commas between them; name:20 takes 20 episodes. All when left out.",
            show_default=False,
        ),
    ] = None
    episodes: Annotated[
        int | None, typer.Option(min=1, help="Demonstrations of each task; all when left out.", show_default=False)
    ] = None
    preset: Annotated[
        Literal["smoke", "cpu", "gpu"],
        typer.Option(help="What to begin with: smoke for a test, cpu for one core, gpu for full resolution."),
    ] = "cpu"
    variant: Annotated[Literal["text", "blind"], typer.Option(help="Whether the policy reads its instructions.")] = (
        "text"
    )
    seed: Annotated[int, typer.Option(min=0, help="Seed of all that is left to chance.")] = 0
    steps: Annotated[
        int | None, typer.Option(min=1, help="Batches; the preset's when left out.", show_default=False)
    ] = None
    batch: Annotated[
        int | None,
        typer.Option(min=1, max=4096, help="Samples a batch; the preset's when left out.", show_default=False),
    ] = None
    learning_rate: Annotated[
        float | None, typer.Option(min=0.0, help="The highest; the preset's when left out.", show_default=False)
    ] = None
    precision: Annotated[
        Literal["bf16", "fp32"] | None,
        typer.Option(help="Of the convolutions; the preset's when left out.", show_default=False),
    ] = None
    held_out: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=0.9, help="Share of episodes that is only looked at; the preset's.", show_default=False
        ),
    ] = None
    rollouts: Annotated[
        int,
        typer.Option(
            min=0,
            max=1000,
            help="Try the policy on so many episodes of each task whenever what was held out is looked at.",
        ),
    ] = 0
    disturb: Annotated[
        bool, typer.Option("--disturb", help="Draw light, table and sensor anew for each plain sample.")
    ] = False
    compile: Annotated[bool, typer.Option("--compile", help="Compile the network with torch.compile (GPU).")] = False
    vision: Annotated[
        Path | None, typer.Option(help="Folder of a frozen CLIP vision model: a second stream.", show_default=False)
    ] = None
    init: Annotated[
        str | None, typer.Option(help="Begin with the weights of this policy (name or folder).", show_default=False)
    ] = None
    device: Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where; auto takes a GPU if there is one.")] = (
        "auto"
    )
    threads: Annotated[
        int, typer.Option(min=1, max=256, help="Threads; only with one are two runs the same bit for bit.")
    ] = 1


@grouped
def train(
    *,
    name: Annotated[str, typer.Argument(metavar="[NAME|FOLDER]", help="The policy.")] = "default",
    options: TrainOptions,
    isolation: Isolation,
    home: Home = None,
    json: Json = False,
) -> None:
    """Train a policy on demonstrations; a second run goes on where the first was stopped."""
    from app import training

    training.run(home, name, options, isolation, as_json=json)
