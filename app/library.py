"""The commands that look into the library, add to it and mend it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.output import document, page, progress, score, styled, table
from app.workshop import bare_library, open_library
from sim.errors import UsageError

if TYPE_CHECKING:
    from app.options import LibraryPlace
    from memory import Hit, Provenance, TaskLibrary, TaskRecord
    from sim.sandbox import Sandbox


def similar(place: LibraryPlace, query: str, k: int, *, as_json: bool) -> None:
    """Lists the nearest tasks."""
    library = open_library(place)
    with progress.status("comparing"):
        hits = _nearest(library, query, k)
    if as_json:
        document({"query": query, "results": [_hit(library, hit) for hit in hits]})
        return
    listed = table(f"nearest to {query!r}", "task", "score", "code", "language", "scene", "title")
    for hit in hits:
        views = [score(hit.views[view]) for view in ("code", "language", "scene")]
        listed.add_row(hit.name, score(hit.score), *views, hit.title)
    console = page()
    console.print(listed)
    if hits:
        console.print("\nPictures", style="bold")
    for hit in hits:
        console.print(f"  {_picture(library, hit)}", soft_wrap=True)


def _nearest(library: TaskLibrary, query: str, k: int) -> list[Hit]:
    """The query is a task's name, a task file, or words."""
    if query in library.names():
        return library.nearest(library.get(query), k)
    asked = read_query(query)
    return library.search(query, k) if asked == query else library.nearest(asked, k)


def read_query(query: str) -> str:
    """What is asked for: the text of the task file that the query names, or the query itself.

    Raises:
        UsageError: The file cannot be read, or the query has no words.
    """
    if query.endswith(".py") or os.path.isfile(query):  # noqa: PTH113 - Path.is_file raises for names that are too long
        from tools.task_files import read_source

        return read_source(Path(query))
    if not any(character.isalnum() for character in query):
        raise UsageError("the query has no words", 'say what to look for, such as "put the ball into the bowl"')
    return query


def _hit(library: TaskLibrary, hit: Hit) -> dict[str, Any]:
    return hit.model_dump() | {"picture": _picture(library, hit)}


def _picture(library: TaskLibrary, hit: Hit) -> str:
    return str(library.files.folder / hit.name / "after.png")


def list_tasks(place: LibraryPlace, *, as_json: bool) -> None:
    """Lists all tasks."""
    library = open_library(place)
    records = library.records()
    damaged = len(library.names()) - len(records)
    if damaged:
        progress.print(f"{damaged} damaged tasks are left out: see simsmith library check", style="yellow")
    if as_json:
        keys = {"name", "title", "origin", "created_at", "instructions", "assets", "parents"}
        document({"tasks": [record.model_dump(include=keys) | {"seeds": _seeds(record)} for record in records]})
        return
    listed = table(f"{len(records)} tasks", "task", "origin", "proof", "instruction")
    for record in records:
        listed.add_row(record.name, record.origin, _proof(record), record.instruction)
    page().print(listed)


def _seeds(record: TaskRecord) -> dict[str, Any] | None:
    return record.verdict.seeds.model_dump() if record.verdict else None


def _proof(record: TaskRecord) -> str:
    return f"{record.verdict.seeds.passed} of {record.verdict.seeds.run}" if record.verdict else "-"


def show(place: LibraryPlace, name: str, *, as_json: bool) -> None:
    """Shows one task."""
    library = open_library(place)
    record = library.get(name)
    if as_json:
        document({**record.model_dump(mode="json"), "folder": str(library.files.folder / name)})
        return
    tell_task(library, record)
    page().print()
    tell_code(record.code)


def tell_task(library: TaskLibrary, record: TaskRecord) -> None:
    """What a task is, its proof and how it came about, for people."""
    folder = library.files.folder / record.name
    console = page()
    console.print(styled((record.title, "bold"), f"\n{record.description}\n"))
    facts = {
        "name": record.name,
        "instructions": "; ".join(dict.fromkeys(record.instructions)),
        "origin": record.origin,
        "written from": ", ".join(record.parents) or "-",
        "proof": f"{_proof(record)} seeds",
        "reviews": "; ".join(f"{review.reviewer}: {review.reason}" for review in record.reviews) or "-",
        "created": record.created_at,
        **_told(record.provenance),
        "pictures": f"{folder / 'before.png'} {folder / 'after.png'}",
    }
    for key, value in facts.items():
        console.print(styled((f"{key:>12}  ", "dim"), value), soft_wrap=True)


def tell_code(code: str) -> None:
    """A program, for people."""
    from rich.syntax import Syntax

    page().print(Syntax(code, "python", background_color="default"))


def _told(provenance: Provenance | None) -> dict[str, str]:
    """How a task came about, for people."""
    if provenance is None:
        return {}
    cost = "" if provenance.cost_usd is None else f", {provenance.cost_usd:.4f} US dollars"
    tokens = f"{provenance.input_tokens} tokens read and {provenance.output_tokens} written"
    return {
        "model": f"{provenance.model}, prompts {provenance.prompt_version}",
        "shown": ", ".join(provenance.references) or "-",
        "repairs": str(provenance.repairs),
        "took": f"{provenance.seconds:.0f} s, {provenance.calls} answers, {tokens}{cost}",
    }


def add(place: LibraryPlace, sandbox: Sandbox, file: Path, name: str | None, *, as_json: bool) -> int:
    """Proves a file and adds it; 1 when it is rejected."""
    from app.verification import show as show_verdict
    from sim.screen import parse
    from sim.task import task_name
    from sim.verdict import Diagnostic
    from tools.commit import NotProved, commit_file
    from tools.task_files import read_source

    source = read_source(file)
    library = open_library(place)
    parsed = parse(source)
    known = name or ("" if isinstance(parsed, Diagnostic) else task_name(parsed[1].name)) or file.stem
    if known in library.names():
        raise UsageError(f"the library has a task {known!r} already", "give another with --name")
    try:
        with progress.status(styled(f"proving {file.name}")):
            record = commit_file(library, sandbox, source, known)
    except NotProved as error:
        if as_json:
            document({"added": None, "verdict": error.verdict.model_dump(mode="json")})
        else:
            show_verdict(error.verdict.model_copy(update={"file": str(file)}))
        return 1
    if as_json:
        document({"added": record.name, "verdict": record.verdict.model_dump(mode="json") if record.verdict else None})
    else:
        page().print(styled(("added", "green"), f"  {record.name} ({_proof(record)} seeds)"))
    return 0


def remove(place: LibraryPlace, name: str, *, as_json: bool) -> None:
    """Moves a task to the trash."""
    folder = open_library(place).remove(name)
    if as_json:
        document({"removed": name, "trash": str(folder)})
    else:
        page().print(f"removed {name}; its files are in {folder}", soft_wrap=True)


def check(place: LibraryPlace, *, rebuild: bool, as_json: bool) -> int:
    """Finds damage and drift; 1 when there is any."""
    from memory import FailureStore

    library = bare_library(place)
    if rebuild:
        with progress.status("making the index anew"):
            library.rebuild()
    problems = library.check() + FailureStore(library.home, library.embedder).problems()
    if as_json:
        listed = [problem.model_dump() for problem in problems]
        document({"tasks": len(library.names()), "problems": listed})
    else:
        for problem in problems:
            told = f"  {problem.problem}\n  {problem.remedy}"
            page().print(styled((problem.name or "library", "red"), told), soft_wrap=True)
        page().print(f"{len(library.names())} tasks, {len(problems)} problems")
    return 1 if problems else 0
