"""The commands that look at the library as a whole: its numbers and its map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from app.output import document, page, progress, score, styled, table
from app.workshop import bare_library
from memory import LibraryDamaged, TaskLibrary, TaskRecord
from memory.atomic import write_atomically
from memory.coverage import Coverage
from memory.map import Grouping, MapView, map_page, map_tasks
from memory.projection import Projection, choose_projection
from memory.statistics import LibraryStatistics, choose_records, library_statistics
from memory.thumbnails import thumbnails
from sim.errors import UsageError

if TYPE_CHECKING:
    from app.options import LibraryPlace

# How the views are told to people.
VIEW_WORDS = {"code": "code", "language": "language", "scene": "scene", "mixture": "all three"}
VIEW_TELLS = {"code": "code", "language": "words", "scene": "scene", "mixture": "code, words and scene"}
LEFT_OUT = {
    "without_picture": "pictures, which are missing or would make the page too large",
    "without_scene": "tasks whose scene is not known",
    "damaged": "damaged tasks",
}
EMPTY = "the library is empty: simsmith explore fills it"


def stats(place: LibraryPlace, names: Sequence[str], *, origin: str, session: str, as_json: bool) -> None:
    """Shows the numbers of the library, or of some of its tasks."""
    library = bare_library(place)
    everything, damaged = _readable(library)
    records = choose_records(everything, names=names, origin=origin, session=session)
    with progress.status("comparing"):
        found = library_statistics(records, library.vectors(records))
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


def draw_map(
    place: LibraryPlace, out: Path, *, view: MapView, color: Grouping, layout: Projection, as_json: bool
) -> None:
    """Writes the map of the library as one HTML page."""
    out = out.expanduser()
    # Told before the work, not after it.
    if out.is_dir():
        raise UsageError(f"{out} cannot be written: it is a folder", "choose a file with --out")
    if not out.parent.is_dir():
        raise UsageError(f"{out} cannot be written: there is no folder {out.parent}", "choose another file with --out")
    library = bare_library(place)
    records, damaged = _readable(library)
    projection = choose_projection(layout, len(records))
    with progress.status("laying out"):
        vectors = library.vectors(records)
        pictures = thumbnails(len(records), lambda number: _picture(library, records[number].name))
        tasks = map_tasks(records, vectors, view=view, projection=projection, pictures=pictures)
        found = library_statistics(records, vectors)
    facts = {
        "tasks": f"{found.tasks:,}",
        "effective tasks": f"{found.vendi[view]:.1f}",
        "of the grammar": f"{found.coverage.share:.0%}",
    }
    left_out = {
        "without_picture": len(records) - len(pictures),
        "without_scene": len(records) - len(tasks),
        "damaged": damaged,
    }
    notes = [
        f"Near means alike in {VIEW_TELLS[view]}; made flat with {projection.upper()}.",
        *(f"Left out: {count:,} {LEFT_OUT[what]}." for what, count in left_out.items() if count),
    ]
    size = _write(out, map_page(tasks, facts=facts, notes=notes, color=color))
    if as_json:
        document({"map": str(out), "tasks": len(tasks), "layout": projection, "bytes": size, "left_out": left_out})
        return
    page().print(styled(("drawn", "green"), f"  {len(tasks)} tasks in {out} ({size / 1e6:.1f} MB)"), soft_wrap=True)
    for note in notes:
        page().print(styled((note, "dim")))


def _picture(library: TaskLibrary, name: str) -> bytes | None:
    """The scene after the oracle's work, or before it; None when there is neither."""
    try:
        pictures = library.pictures(name)
    except (LibraryDamaged, UsageError):  # damaged, or removed meanwhile
        return None
    return pictures.get("after") or pictures.get("before")


def _write(out: Path, text: str) -> int:
    """Writes a page, all of it or nothing; returns its bytes.

    Raises:
        UsageError: It cannot be written there.
    """
    content = text.encode()
    try:
        write_atomically(out, content)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}", "choose another file with --out") from error
    return len(content)


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
