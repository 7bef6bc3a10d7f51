"""What people and programs see: tables and progress on stderr or the terminal, JSON documents on standard output."""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TaskID
from rich.table import Table
from rich.text import Text

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but for tabs and line breaks
# No markup: what is shown comes from users, models and files, and is shown as it is.
# Where nobody watches no line is broken.
progress = Console(stderr=True, highlight=False, markup=False, soft_wrap=not sys.stderr.isatty())


class Bar:
    """A progress bar for work that seldom has to be done: it appears when the first step is told.

    Args:
        what: What is being done.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __call__(self, done: int, total: int) -> None:
        """Tells that so many are done; a line each where nobody watches."""
        if not progress.is_terminal:
            progress.print(f"{self._what}: {done} of {total}", style="dim")
            return
        if self._bar is None:
            self._bar = Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=progress)
            self._task = self._bar.add_task(self._what)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)
        if done >= total:
            self.stop()

    def stop(self) -> None:
        """Ends it before everything is done: a bar that is left hides the terminal's cursor."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def typed() -> str:
    """The command that was typed."""
    return f"simsmith {shlex.join(sys.argv[1:])}"


def document(value: dict[str, Any]) -> None:
    """Writes the one JSON document of a command."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def page() -> Console:
    """The console for what a command shows; wide where nobody watches, so that nothing is cut."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=max(console.width, 160))


def table(title: str, *columns: str) -> Table:
    """A table in the house style."""
    made = Table(
        title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def styled(*parts: str | tuple[str, str]) -> Text:
    """Text in pieces, (text, style) where a piece has a style; what would control the terminal is left out."""
    made = Text.assemble(*parts)
    if CONTROL.search(made.plain):
        made = Text("").join(Text(CONTROL.sub("", part.plain), part.style) for part in map(Text.assemble, parts))
    return made


def score(value: float | None) -> str:
    """A score, or a dash where there is none."""
    return "-" if value is None else f"{value:.2f}"
