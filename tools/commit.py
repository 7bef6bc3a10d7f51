"""Commit: the one way into the library. It proves again before it writes."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool

from memory import Provenance, Review, TaskLibrary, TaskRecord
from memory.files import is_task_name
from sim.errors import UsageError
from sim.sandbox import Sandbox
from sim.screen import parse
from sim.verdict import Diagnostic, Verdict
from sim.verification import verify
from tools.library_tools import tool


class NotProved(UsageError):
    """A task whose proof failed; carries the verdict."""

    def __init__(self, name: str, verdict: Verdict) -> None:
        first = verdict.errors[0] if verdict.errors else None
        super().__init__(
            f"{name} is not proved: {first.message if first else verdict.stage}", first.hint if first else ""
        )
        self.verdict = verdict


def commit_task_tool(library: TaskLibrary, sandbox: Sandbox) -> BaseTool:
    """The tool that commits to this library; it belongs to the loop, not to a role."""

    def commit_task(
        name: str,
        code: str,
        title: str = "",
        description: str = "",
        origin: str = "human",
        parents: list[str] | None = None,
        reviews: list[dict[str, Any]] | None = None,
        session: str = "",
        proposal: dict[str, Any] | None = None,
        provenance: dict[str, Any] | None = None,
    ) -> str:
        """Prove a task once more and write it into the library; returns its record without the code.

        Args:
            name: Its name in the library, in kebab-case.
            code: The whole Python file.
            title: A few words for lists.
            description: What it is, in a sentence or two.
            origin: Who wrote it.
            parents: The library tasks that it was written from.
            reviews: What the critics said: reviewer, keep, reason.
            session: The session that made it.
            proposal: What the proposer answered.
            provenance: How it came about: model, prompts, references, repairs, time, tokens, cost.
        """
        record = TaskRecord(
            name=name,
            title=title,
            description=description,
            code=code,
            origin=origin,
            parents=tuple(parents or ()),
            reviews=tuple(Review.model_validate(review) for review in reviews or ()),
            session=session,
            proposal=proposal or {},
            provenance=Provenance.model_validate(provenance) if provenance else None,
        )
        return commit(library, sandbox, record).model_dump_json(exclude={"code"})

    return tool(commit_task)


def commit(library: TaskLibrary, sandbox: Sandbox, record: TaskRecord) -> TaskRecord:
    """Proves a record's program and adds the record, with its verdict and pictures.

    A task of this name with the very same program is already committed: it is returned as it is, so that a session
    that was killed between writing and noting may commit again.

    Raises:
        NotProved: The proof failed.
        UsageError: The name is taken by another program.
    """
    if there := _same(library, record):
        return there
    return keep(library, *prove(sandbox, record))


def prove(sandbox: Sandbox, record: TaskRecord) -> tuple[TaskRecord, dict[str, bytes]]:
    """Proves a record's program; returns the record with what the proof says, and the pictures (PNG) by name.

    Raises:
        NotProved: The proof failed.
    """
    with tempfile.TemporaryDirectory(prefix="simsmith-commit-") as folder:
        verdict = verify(record.code, sandbox=sandbox, pictures=Path(folder))
        if not verdict.accepted:
            raise NotProved(record.name, verdict)
        pictures = {name: Path(path).read_bytes() for name, path in verdict.pictures.items()}
    proved = record.model_copy(
        update={
            "verdict": verdict.model_copy(update={"pictures": {name: f"{name}.png" for name in pictures}}),
            "instructions": verdict.instructions,
            "assets": verdict.assets,
            "signature": verdict.signature,
        }
    )
    return proved, pictures


def keep(library: TaskLibrary, proved: TaskRecord, pictures: Mapping[str, bytes]) -> TaskRecord:
    """Adds a proved record; returns the library's own when another process has just added the same program.

    Raises:
        UsageError: The name is taken by another program.
    """
    try:
        return library.add(proved, pictures)
    except UsageError:
        if there := _same(library, proved):
            return there
        raise


def _same(library: TaskLibrary, record: TaskRecord) -> TaskRecord | None:
    """The library's task of this name, if it has the very same program."""
    there = library.get(record.name) if record.name in library.names() else None
    return there if there is not None and there.code == record.code else None


def commit_file(library: TaskLibrary, sandbox: Sandbox, source: str, name: str, origin: str = "human") -> TaskRecord:
    """Adds a task file that somebody wrote; title and description come from its docstring.

    Raises:
        NotProved: The proof failed.
        UsageError: The name is no task's name, or is taken.
    """
    if not is_task_name(name):
        raise UsageError(f"{name!r} cannot be a task's name", "take small letters, digits and hyphens, such as my-task")
    return commit(library, sandbox, file_record(source, name, origin))


def file_record(source: str, name: str, origin: str) -> TaskRecord:
    """The record of a task file that was not proved yet; what cannot be read as a program has no words either."""
    parsed = parse(source)
    docstring = None if isinstance(parsed, Diagnostic) else ast.get_docstring(parsed[1])
    description = " ".join((docstring or "").split())
    title = re.split(r"[.;,]\s", description)[0].rstrip(".")[:80]
    return TaskRecord(name=name, title=title or name, description=description, code=source, origin=origin)
