"""The commands that look at the library as a whole: its numbers and its map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from app.output import document, page, progress, score, styled, table
from memory import TaskLibrary, TaskRecord
from memory.coverage import Coverage
from memory.home import home_folder
from memory.statistics import LibraryStatistics, choose_records, library_statistics, task_vectors

# How the views are told to people.
VIEW_WORDS = {"code": "code", "language": "language", "scene": "scene", "mixture": "all three"}
EMPTY = "the library is empty: simsmith explore fills it"


def stats(home: Path | None, names: Sequence[str], *, origin: str, session: str, as_json: bool) -> None:
    """Shows the numbers of the library, or of some of its tasks."""
    library = TaskLibrary(home_folder(home))
    everything, damaged = _readable(library)
    records = choose_records(everything, names=names, origin=origin, session=session)
    with progress.status("comparing"):
        found = library_statistics(records, task_vectors(records, library.embedder))
    if as_json:
        document(found.model_dump(mode="json") | {"damaged": damaged})
        return
    console = page()
    console.print(styled((f"{found.tasks} tasks", "bold")) if found.tasks else EMPTY)
    if found.tasks:
        for part in (_diversity(found), _counts(found.by_origin, "origin"), _counts(found.by_family, "family")):
            console.print()
            console.print(part)
        console.print()
        console.print(_covered(found.coverage))


def _readable(library: TaskLibrary) -> tuple[list[TaskRecord], int]:
    """The tasks that can be read, and how many cannot; says so."""
    records = library.records()
    damaged = len(library.names()) - len(records)
    if damaged:
        progress.print(f"{damaged} damaged tasks are left out: see simsmith library check", style="yellow")
    return records, damaged


def _diversity(found: LibraryStatistics) -> Table:
    listed = table("Diversity", "view", "effective number of tasks", "distance to the nearest")
    for view, words in VIEW_WORDS.items():
        listed.add_row(words, f"{found.vendi[view]:.1f}", score(found.nearest_distance[view]))
    return listed


def _counts(counts: Mapping[str, int], word: str) -> Table:
    listed = table(f"By {word}", word, "tasks")
    for name, count in counts.items():
        listed.add_row(name, str(count))
    return listed


def _covered(found: Coverage) -> Table:
    listed = table("Coverage of the scene grammar", "", "")
    listed.show_header = False
    listed.add_row("combinations", f"{len(found.found)} of {found.possible} ({found.share:.0%})")
    for word, counts in (("primitives", found.primitives), ("goals", found.lengths)):
        listed.add_row(word, ", ".join(f"{name}: {count}" for name, count in counts.items()))
    for number, gap in enumerate(found.gaps):
        listed.add_row("" if number else "no task yet", gap)
    return listed
