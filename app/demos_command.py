"""The command `simsmith demos`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.options import Home, Isolation, Json, grouped


@dataclass(frozen=True)
class DemosOptions:
    """What is recorded, as the options say.

    Attributes:
        tasks: The tasks; None stands for the human-made ones, or for none where a dataset is exported.
        episodes: Demonstrations of each task.
        workers: How many processes record; one a core when there is none.
        appearance: How the table looks.
        test_colors: Whether human-made tasks come in the colours and shapes that are kept for tests.
        rules: What success is.
    """

    tasks: Annotated[
        str | None,
        typer.Option(
            help="Names, .py files, human (the human-made tasks), generated (the others of the library) or all, with "
            "commas between them; human when left out, and none with --export-lerobot.",
            show_default=False,
        ),
    ] = None
    episodes: Annotated[int, typer.Option(min=1, max=100_000, help="Demonstrations of each task.")] = 100
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes that record; one a core when left out.", show_default=False),
    ] = None
    appearance: Annotated[
        Literal["plain", "randomised", "pseudo-real"],
        typer.Option(help="How the table looks: plain, another look each episode, or like another simulator."),
    ] = "plain"
    test_colors: Annotated[
        bool, typer.Option("--test-colors", help="Human-made tasks in the colours and shapes that are kept for tests.")
    ] = False
    rules: Annotated[
        Literal["strict", "ravens"],
        typer.Option(help="What success is: ravens looks from above and lets things fall later."),
    ] = "strict"

    def words(self) -> str:
        """The options as they are given on the command line, without what changes no demonstration."""
        given = [f"--tasks {self.tasks or 'human'}", f"--episodes {self.episodes}"]
        given += [f"--appearance {self.appearance}"] if self.appearance != "plain" else []
        given += ["--test-colors"] if self.test_colors else []
        given += [f"--rules {self.rules}"] if self.rules != "strict" else []
        return " ".join(given)


@grouped
def demos(
    *,
    name: Annotated[str, typer.Argument(metavar="[NAME|FOLDER]", help="The dataset.")] = "default",
    options: DemosOptions,
    export_lerobot: Annotated[
        Path | None, typer.Option(help="Write the dataset to this folder as LeRobot reads it (v3).", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an export that lies there.")] = False,
    isolation: Isolation,
    home: Home = None,
    json: Json = False,
) -> None:
    """Record the oracle's episodes with full reward; a second run goes on, and adds more."""
    from app import demonstrations

    code = demonstrations.run(home, name, options, isolation, export=export_lerobot, force=force, as_json=json)
    raise typer.Exit(code)
