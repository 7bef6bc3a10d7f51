"""`simsmith study`: the options; the work is in `app/study.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.options import Isolation, Json, LibraryPlace, ModelOptions, grouped


@dataclass(frozen=True)
class StudyOptions:
    """What is studied, as the options say.

    Attributes:
        preset: How large the study is.
        name: Its name; that of the preset when there is none.
        seeds: How many seeds of training; the preset's when there is none.
        split: File with the tasks to train on and to test; they are chosen by family when there is none.
        workers: Arms that run side by side; one a core when there is none.
    """

    preset: Annotated[
        Literal["smoke", "cpu", "gpu"], typer.Option(help="How large: smoke takes minutes, cpu hours.")
    ] = "cpu"
    name: Annotated[
        str | None, typer.Option(help="Its name in the home; the preset's when left out.", show_default=False)
    ] = None
    seeds: Annotated[
        int | None,
        typer.Option(min=1, max=100, help="Seeds of training; the preset's when left out.", show_default=False),
    ] = None
    split: Annotated[
        Path | None,
        typer.Option(
            help='JSON file {"train": [...], "test": [...]}; tasks are chosen by family when left out.',
            show_default=False,
        ),
    ] = None
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Arms side by side; one a core when left out.", show_default=False),
    ] = None

    def words(self) -> str:
        """The command that was asked for."""
        given = {"name": self.name, "seeds": self.seeds, "split": self.split, "workers": self.workers}
        told = [f"--{key} {value}" for key, value in given.items() if value is not None]
        return " ".join(["simsmith study", f"--preset {self.preset}", *told])


@grouped
def study(
    *,
    options: StudyOptions,
    models: ModelOptions,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Measure what generated tasks are worth: policies trained with and without them, on equal budgets."""
    from app import study as work

    raise typer.Exit(work.run(place, isolation.sandbox(), options, models, as_json=json))
