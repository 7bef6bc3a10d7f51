"""The commands that take tasks out of the library and into it: export, import, restore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.progress import Progress

from app.output import document, page, progress, styled
from app.workshop import bare_library, open_library
from memory.archive import Exported, export_archive
from memory.dataset import export_dataset
from memory.files import TaskFiles
from memory.home import home_path
from sim.sandbox import Sandbox

if TYPE_CHECKING:
    from app.options import LibraryPlace

Format = Literal["archive", "dataset"]
COLORS = {"imported": "green", "already-there": "dim", "no-task": "dim"}


def export(
    home: Path | None, target: Path, names: Sequence[str], *, form: Format, overwrite: bool, as_json: bool
) -> int:
    """Writes tasks to an archive or a data set; 1 when a damaged one is left out."""
    write = export_archive if form == "archive" else export_dataset
    files = TaskFiles(home_path(home))  # what is there is written: no seeds are planted for it
    with progress.status(styled(f"writing {target}")):
        exported = write(files, names, target.expanduser().absolute(), overwrite=overwrite)
    if as_json:
        document({**exported.model_dump(), "format": form})
    else:
        _tell_exported(exported)
    return 1 if exported.problems else 0


def _tell_exported(exported: Exported) -> None:
    console = page()
    for problem in exported.problems:
        told = f"  {problem.problem}\n  {problem.remedy}"
        console.print(styled((f"left out {problem.name}", "red"), told), soft_wrap=True)
    count = len(exported.tasks)
    told = f"  {count} task{'' if count == 1 else 's'} to {exported.target}"
    console.print(styled(("exported", "green"), told), soft_wrap=True)


def import_(place: LibraryPlace, sandbox: Sandbox, path: Path, *, keep_duplicates: bool, as_json: bool) -> int:
    """Proves what is offered and adds it; 1 when anything was left out."""
    from tools.imports import LEFT_OUT, import_tasks
    from tools.offers import open_source

    with open_source(path.expanduser().absolute()) as source:
        # Another library brings its seeds along; a file is compared with ours.
        library = bare_library(place) if source.names else open_library(place)
        done = []
        with Progress(console=progress, transient=True, disable=not progress.is_terminal) as bar:
            proving = bar.add_task("proving", total=source.count)
            for item in import_tasks(library, sandbox, source, keep_duplicates=keep_duplicates):
                done.append(item)
                bar.advance(proving)
                if item.outcome != "no-task":
                    told = f"  {item.name}{f': {item.detail}' if item.detail else ''}"
                    progress.print(styled((item.outcome, COLORS.get(item.outcome, "red")), told), soft_wrap=True)
    counts = Counter(item.outcome for item in done)
    if as_json:
        listed = [item.model_dump(mode="json") for item in done]
        document({"path": str(path), "counts": dict(sorted(counts.items())), "tasks": listed})
    else:
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common() if outcome != "no-task")
        page().print(f"{told or 'no tasks'}; {len(library.names())} tasks in the library")
    return 1 if LEFT_OUT & counts.keys() else 0


def restore(place: LibraryPlace, name: str, *, as_json: bool) -> None:
    """Brings a removed task back from the trash."""
    record = bare_library(place).restore(name)
    if as_json:
        document({"restored": record.name})
    else:
        page().print(styled(("restored", "green"), f"  {record.name}"))
