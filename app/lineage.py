"""`simsmith library show NAME --lineage`: where a task comes from, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from app.output import document, page, styled
from app.workshop import open_library
from memory.lineage import Relative, ancestors, descendants

if TYPE_CHECKING:
    from app.options import LibraryPlace

NOTES = {
    "removed": "removed, lies in the trash",
    "unknown": "not in the library",
    "repeated": "stands above already",
}


def show(place: LibraryPlace, name: str, *, as_json: bool) -> None:
    """Draws the tree of a task's ancestors and the tree of its descendants."""
    library = open_library(place)
    record = library.get(name)
    records = {record.name: record for record in library.records()}
    removed = {trashed for trashed, _ in library.files.trashed()}
    before, after = ancestors(name, records, removed), descendants(name, records, removed)
    if as_json:
        listed = {"ancestors": before, "descendants": after}
        dumped = {key: [item.model_dump(mode="json") for item in relatives] for key, relatives in listed.items()}
        document({"name": name, "title": record.title, "origin": record.origin, **dumped})
        return
    tree = Tree(_label(name, record.title, record.origin), guide_style="dim")
    _grow(tree.add(styled(("written from" if before else "written from no other task", "dim"))), before)
    _grow(tree.add(styled(("led to" if after else "led to no other task", "dim"))), after)
    page().print(tree)


def _grow(tree: Tree, relatives: Sequence[Relative]) -> None:
    """Hangs relatives under a tree, each one generation below what stands before it."""
    path = [tree]
    for relative in relatives:
        del path[relative.generation :]
        note = NOTES.get(relative.state, "")
        label = _label(relative.name, relative.title, relative.origin)
        path.append(path[-1].add(label.append(f"  {note}", style="yellow") if note else label))


def _label(name: str, title: str, origin: str) -> Text:
    return styled((name, "bold"), f"  {title} ({origin})" if origin else "")
