"""`simsmith verify`: the proof of task files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.output import document, page, progress, styled
from sim.layout import Rules
from sim.sandbox import Sandbox
from sim.verdict import Diagnostic, Verdict
from sim.verification import verify
from tools.task_files import read_source as read_source


def run(
    files: Sequence[Path], sandbox: Sandbox, *, seeds: int, pictures: Path | None, rules: Rules, as_json: bool
) -> int:
    """Proves the files; 0 when all are accepted, 1 when any is rejected."""
    sources = [(file, read_source(file)) for file in files]
    verdicts = []
    for number, (file, source) in enumerate(sources, start=1):
        with progress.status(styled(f"proving {file.name}")):
            folder = pictures / f"{number}-{file.stem}" if pictures else None
            verdict = verify(source, seeds=seeds, sandbox=sandbox, pictures=folder, file=str(file), rules=rules)
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
        console.print(styled(("accepted", "green"), f"  {verdict.file or verdict.task}: {seeds}"), soft_wrap=True)
    else:
        told = f"  {verdict.file or verdict.task}: at stage {verdict.stage}"
        console.print(styled(("rejected", "red"), told), soft_wrap=True)
    for item in verdict.diagnostics:
        _show_diagnostic(item)
    for name, path in verdict.pictures.items():
        console.print(f"  {name}: {path}", style="dim", soft_wrap=True)


def _show_diagnostic(item: Diagnostic) -> None:
    console = page()
    where = f"line {item.line}: " if item.line else ""
    console.print(f"  {item.severity} {item.code}: {where}{item.message}", soft_wrap=True)
    if item.source:
        console.print(f"      {item.source}", soft_wrap=True)
    if item.hint:
        console.print(f"    {item.hint}", soft_wrap=True)
