"""`simsmith library failures`: the rejected candidates that are remembered, and what mended them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.library import read_query
from app.output import document, page, progress, score, table
from app.workshop import bare_library
from memory import Failure, FailureStore
from memory.lessons import changed_lines
from sim.errors import UsageError

if TYPE_CHECKING:
    from app.options import LibraryPlace

SHOWN_LINES = 4  # of a repair in the table


def show(place: LibraryPlace, code: str | None, similar: str | None, k: int, *, as_json: bool) -> None:
    """Lists the failures with a code, those near to a text or a task file, or the most frequent ones."""
    if code and similar:
        raise UsageError("--code and --similar cannot be combined", "ask for one of them")
    library = bare_library(place)
    store = FailureStore(library.home, library.embedder)
    scores: dict[str, float] = {}
    if similar is not None:
        with progress.status("comparing"):
            found = store.search(read_query(similar), k)
        failures = [hit.failure for hit in found]
        scores = {hit.failure.id: hit.score for hit in found}
    else:
        failures = (store.by_code(code) if code else store.most_frequent(k))[:k]
    problems = store.problems()
    if problems:
        progress.print(f"{len(problems)} damaged failures are left out: see simsmith library check", style="yellow")
    if as_json:
        document({"failures": [_document(failure, scores) for failure in failures]})
        return
    _table(failures, scores)


def _document(failure: Failure, scores: dict[str, float]) -> dict[str, Any]:
    more = {"score": scores[failure.id]} if scores else {}
    return failure.model_dump(mode="json") | {"task": failure.title, "stage": failure.stage} | more


def _table(failures: Sequence[Failure], scores: dict[str, float]) -> None:
    if not failures:
        page().print("no such failure is remembered")
        return
    near = ("score",) if scores else ()
    listed = table(f"{len(failures)} failures", "id", *near, "code", "count", "task", "what repaired it")
    for failure in failures:
        row = [score(scores[failure.id])] if scores else []
        why = f": {failure.detail}" if failure.detail else ""
        row += [", ".join(failure.codes) + why, str(failure.count), failure.title, _repair(failure)]
        listed.add_row(failure.id, *row)
    page().print(listed)


def _repair(failure: Failure) -> str:
    if failure.repair is None:
        return "-"
    lines = changed_lines(failure.repair.diff)
    told = [f"{line[0]} {line[1:].strip()}" for line in lines[:SHOWN_LINES]]
    return "\n".join([*told, *(["..."] if len(lines) > SHOWN_LINES else [])])
