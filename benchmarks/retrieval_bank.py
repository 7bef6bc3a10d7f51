"""What the retrieval benchmark searches and asks: the written tasks as records, the queries, the families.

Queries were written by hand with the tasks that answer them (`benchmarks/queries`), families too
(`benchmarks/novelty_bank.json`); neither by looking at a ranking.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.novelty_bank import bank, labels
from memory import TaskRecord
from sim import LocalWorkers, Lost, Sandbox
from sim.layout import Frozen
from sim.signature import signature

HERE = Path(__file__).parent
LAYOUTS = 10  # of a signature, as many as a verdict has
MEASURE = ("forms.py", "relations.py", "signature.py")  # what signatures are made by


class Query(Frozen):
    """A text somebody searches with, and the tasks that answer it.

    Attributes:
        query: The text.
        relevant: The names of the tasks, the most fitting first.
    """

    query: str
    relevant: tuple[str, ...]

    @property
    def half(self) -> int:
        """0 or 1, by the hash of the first task: queries for one task are in one half."""
        return half_of(self.relevant[0])


def half_of(name: str) -> int:
    """The half that what belongs to a name is in: 0 or 1."""
    return hashlib.sha256(name.encode()).digest()[0] % 2


def queries() -> list[Query]:
    """The queries of all files."""
    files = sorted((HERE / "queries").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Query.model_validate_json(line) for line in lines]


def families() -> dict[str, str]:
    """The family of each task: what is done with things, such as `in bowl`, `around`, `tower`."""
    return {name: family for family, names in labels()["families"].items() for name in names}


def records(work: Path, sources: Mapping[str, str] | None = None) -> list[TaskRecord]:
    """Programs as the library would remember them.

    Args:
        work: Folder that keeps what was laid out; made anew for a program or measure that changed.
        sources: The programs by name; the human-made tasks and those of `benchmarks/tasks` when none are given.

    Raises:
        RuntimeError: A program lays out nothing.
    """
    if sources is None:
        sources = {name: base.source for name, base in sorted(bank().items()) if not base.title}
    made_by = b"".join((HERE.parent / "sim" / name).read_bytes() for name in MEASURE)
    paths = {
        name: work / f"{hashlib.sha256(made_by + source.encode()).hexdigest()[:24]}.json"
        for name, source in sources.items()
    }
    missing = [name for name in sources if not paths[name].exists()]
    work.mkdir(parents=True, exist_ok=True)
    with LocalWorkers() as workers:
        for name, found in zip(missing, workers.map(lay_out, [sources[name] for name in missing]), strict=True):
            if isinstance(found, Lost) or "error" in found:
                raise RuntimeError(f"{name} lays out nothing: {found}")
            with tempfile.NamedTemporaryFile("w", dir=work, delete=False, encoding="utf-8") as file:
                json.dump(found, file)
            Path(file.name).replace(paths[name])
    return [_record(name, source, json.loads(paths[name].read_text("utf-8"))) for name, source in sources.items()]


def lay_out(source: str) -> dict[str, Any]:
    """The instructions of a program's first seed and its signature; a pure function for the workers."""
    laid_out = Sandbox().layouts(source, range(LAYOUTS))
    if len(laid_out.layouts) < LAYOUTS:
        return {"error": [diagnostic.message for diagnostic in laid_out.diagnostics]}
    found = signature(laid_out.layouts, source)
    return {"instructions": laid_out.layouts[0].instructions, "signature": found.model_dump(mode="json")}


def _record(name: str, source: str, found: dict[str, Any]) -> TaskRecord:
    """As `simsmith library add` makes it of a file."""
    description = docstring(source)
    title = re.split(r"[.;,]\s", description)[0].rstrip(".")[:80]
    fields = {"name": name, "title": title or name, "description": description, "code": source}
    return TaskRecord.model_validate({**fields, **found})


def docstring(source: str) -> str:
    """What the program says of its task; empty when it says nothing."""
    tasks = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.bases]
    return " ".join((ast.get_docstring(tasks[-1]) or "").split()) if tasks else ""


def by_family(found: Sequence[TaskRecord]) -> list[Query]:
    """For each task of a family the others of its family; the query is the task's name."""
    family = families()
    others = {
        task.name: tuple(
            other.name for other in found if other.name != task.name and family[other.name] == family[task.name]
        )
        for task in found
    }
    return [Query(query=name, relevant=names) for name, names in others.items() if names]
