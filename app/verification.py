"""`simsmith verify`: the proof of task files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.output import document, page, progress
from sim.errors import UsageError
from sim.sandbox import Sandbox
from sim.verdict import Diagnostic, Verdict
from sim.verification import verify


def read_source(file: Path) -> str:
    """The text of a task file.

    Raises:
        UsageError: It cannot be read. What is not text is read all the same: the verdict says that it is no program.
    """
    try:
        return file.read_bytes()[:1_000_000].decode("utf-8", "replace")
    except FileNotFoundError:
        raise UsageError(f"no file {file}", "check the path") from None
    except IsADirectoryError:
        raise UsageError(f"{file} is a folder", "name the task files in it") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "check its permissions") from None


def run(files: Sequence[Path], *, seeds: int, pictures: Path | None, as_json: bool) -> int:
    """Proves the files; 0 when all are accepted, 1 when any is rejected."""
    sources = [(file, read_source(file)) for file in files]
    verdicts = []
    for file, source in sources:
        with progress.status(f"proving {file.name}"):
            folder = pictures / file.stem if pictures else None
            verdict = verify(source, seeds=seeds, sandbox=Sandbox(), pictures=folder, file=str(file))
        verdicts.append(verdict)
        if not as_json:
            show(verdict)
    if as_json:
        document({"verdicts": [verdict.model_dump(mode="json") for verdict in verdicts]})
    return 0 if all(verdict.accepted for verdict in verdicts) else 1


def show(verdict: Verdict) -> None:
    """A verdict for people."""
    console = page()
    seeds = f"{verdict.seeds.passed} of {verdict.seeds.run} seeds, {verdict.seconds:.1f} s"
    if verdict.accepted:
        console.print(f"[green]accepted[/]  {verdict.file or verdict.task}: {seeds}", soft_wrap=True)
    else:
        console.print(f"[red]rejected[/]  {verdict.file or verdict.task}: at stage {verdict.stage}", soft_wrap=True)
    for item in verdict.diagnostics:
        _show_diagnostic(item)
    for name, path in verdict.pictures.items():
        console.print(f"  [dim]{name}: {path}[/]", soft_wrap=True)


def _show_diagnostic(item: Diagnostic) -> None:
    console = page()
    where = f"line {item.line}: " if item.line else ""
    console.print(f"  {item.severity} {item.code}: {where}{item.message}", soft_wrap=True, markup=False)
    if item.source:
        console.print(f"      {item.source}", soft_wrap=True, markup=False)
    if item.hint:
        console.print(f"    {item.hint}", soft_wrap=True, markup=False)
