"""What a session did, as tables and as a JSON document."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from app.output import page, styled, table
from app.words import budget_words, cost, count, duration, state_words
from memory.errors import LibraryDamaged
from memory.files import TaskFiles
from sim.errors import UsageError
from sim.verdict import Verdict

if TYPE_CHECKING:
    from agent.summary import Summary, Taken


def task_rows(home: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """What is told of each of these tasks; of those that were removed or damaged since, nothing."""
    files, rows = TaskFiles(home), []
    for name in names:
        with contextlib.suppress(LibraryDamaged, UsageError):
            rows.append(_task_row(files, name))
    return rows


def _task_row(files: TaskFiles, name: str) -> dict[str, Any]:
    record, folder = files.read(name), files.folder / name
    verdict = record.verdict or Verdict()
    return {
        "name": record.name,
        "title": record.title,
        "instruction": record.proposal.get("instruction") or record.instruction,
        "instructions": record.instructions,
        "verdict": verdict.model_dump(mode="json", include={"accepted", "stage", "seconds", "seeds", "isolation"}),
        "pictures": {shot: str(folder / f"{shot}.png") for shot in verdict.pictures},
        "code": str(folder / "task.py"),
    }


def session_document(summary: Summary, tasks: Sequence[Mapping[str, Any]], report: Path | None) -> dict[str, Any]:
    """The JSON document of `explore`, `make` and `sessions resume`."""
    fallen = [(item.name, item.round, item.reason, item.detail) for item in summary.candidates if item.reason]
    fallen += [("", item.round, item.reason, item.detail) for round_ in summary.rounds for item in round_.unproposed]
    fallen.sort(key=lambda item: item[1])
    return {
        "session": summary.session,
        "state": summary.state,
        "mode": summary.mode,
        "goal": summary.goal,
        "goal_reached": summary.goal_reached,
        "goal_task": summary.goal_task,
        "proposed": summary.funnel.proposed,
        "accepted": len(summary.accepted),
        "tasks": list(tasks),
        "rejected": summary.rejected,
        "rejected_by_code": summary.rejected_by_code,
        "rejections": [dict(zip(("name", "round", "reason", "detail"), item, strict=True)) for item in fallen],
        "funnel": summary.funnel.model_dump(),
        "first_try": summary.first_try.model_dump(),
        "repairs": summary.repairs.model_dump(),
        "usage": _usage(summary.usage),
        "usage_by_role": {role: taken.model_dump() for role, taken in summary.usage_by_role.items()},
        "usage_per_task": summary.usage_per_task,
        "cost_usd": summary.usage.cost_usd,
        "faults": summary.usage.faults,
        "budgets": list(summary.budgets),
        "diversity": summary.diversity,
        "seconds": round(summary.seconds, 2),
        "report": str(report) if report else None,
    }


def _usage(taken: Taken) -> dict[str, Any]:
    """The counts; what nobody knows is left out."""
    told = taken.model_dump(include={"calls", "tool_calls", "input_tokens", "output_tokens", "cost_usd"})
    return {word: value for word, value in told.items() if value is not None}


def show_summary(summary: Summary, tasks: Sequence[Mapping[str, Any]], report: Path | None) -> None:
    """Shows the tables."""
    console = page()
    console.print()
    _show_tasks(console, summary, tasks)
    if summary.rejected:
        console.print()
        _show_rejected(console, summary)
    console.print()
    console.print(_in_short(summary))
    if len(summary.usage_by_role) > 1 and summary.usage.input_tokens:
        console.print()
        console.print(_by_role(summary))
    if report is not None:
        console.print(styled(("\nreport ", "dim"), str(report)), soft_wrap=True)
    told = f"session {summary.session}, {state_words(summary)}, {duration(summary.seconds)} at work"
    console.print(told, style="dim", soft_wrap=True)


def _show_tasks(console: Console, summary: Summary, tasks: Sequence[Mapping[str, Any]]) -> None:
    if not summary.accepted:
        there = f", as {summary.goal_task}" if summary.goal_task else ""
        told = f"nothing had to be made: the goal's task is there{there}"
        console.print(told if summary.goal_reached else "nothing was accepted", soft_wrap=True)
        return
    title = f"{len(summary.accepted)} of {summary.funnel.proposed} proposed tasks accepted"
    listed = table(title, "task", "instruction", "proof")
    for task in tasks:
        seeds = task["verdict"]["seeds"]
        listed.add_row(task["name"], task["instruction"], f"{seeds['passed']} of {seeds['run']} seeds")
    console.print(listed)
    console.print("\nPictures", style="bold")
    for task in tasks:
        console.print(f"  {task['pictures'].get('after', '-')}", soft_wrap=True)


MOST_REJECTED = 10  # that are told one by one; the report has all of them


def _show_rejected(console: Console, summary: Summary) -> None:
    fallen = [(item.name, item.reason, item.detail) for item in summary.candidates if item.reason]
    fallen += [("", item.reason, item.detail) for round_ in summary.rounds for item in round_.unproposed]
    for name, reason, detail in fallen[-MOST_REJECTED:]:
        console.print(f"not kept: {name or 'no proposal'} ({reason}): {detail}", style="dim", soft_wrap=True)
    if len(fallen) > MOST_REJECTED:
        console.print(f"not kept: {len(fallen) - MOST_REJECTED} more before these", style="dim")


def _in_short(summary: Summary) -> Table:
    """The numbers, a line each."""
    listed = Table.grid(padding=(0, 2))
    listed.add_column(style="dim", no_wrap=True)
    listed.add_column(overflow="fold")
    for word, told in _lines(summary).items():
        if told:
            listed.add_row(word, told)
    return listed


def _lines(summary: Summary) -> dict[str, str]:
    repairs, usage, share = summary.repairs, summary.usage, summary.first_try.parsed_share
    first = f"; of first programs {share:.0%} could be read" if share is not None else ""
    mended = f": {_listed(repairs.codes)}" if repairs.codes else ""
    helped = f"{repairs.helped} of {repairs.attempted} helped{mended}" if repairs.attempted else ""
    each = summary.usage_per_task
    tokens = usage.input_tokens + usage.output_tokens
    per_task = f", {each['tokens']:,.0f} an accepted task" if each and each["tokens"] else ""
    return {
        "funnel": ", ".join(f"{number} {step}" for step, number in summary.funnel.model_dump().items()) + first,
        "repairs": helped,
        "rejected": _listed(summary.rejected),
        "diagnostics": _listed(summary.rejected_by_code),
        "models": f"{count(usage.calls, 'call')}, {count(usage.tool_calls, 'tool call')}, {tokens:,} tokens{per_task}",
        "cost": _money(summary),
        "faults": _listed(usage.faults),
        "diversity": diversity_words(summary.diversity),
        "ended by": "; ".join(budget_words(data) for data in summary.budgets),
        "goal": {True: "reached", False: "not reached", None: ""}[summary.goal_reached],
    }


def _money(summary: Summary) -> str:
    if summary.usage.cost_usd is None:
        return "unknown: the server does not say, and no price is known" if summary.usage.input_tokens else ""
    each = summary.usage_per_task
    per_task = f", {cost(each['cost_usd'])} an accepted task" if each else ""
    return f"{cost(summary.usage.cost_usd)} US dollars{per_task}" if summary.usage.cost_usd else ""


def diversity_words(diversity: Mapping[str, Mapping[str, Any]]) -> str:
    """What became of the library's diversity; nothing where it was not measured twice."""
    if not {"before", "after"} <= set(diversity):
        return ""
    before, after = diversity["before"], diversity["after"]
    told = f"{before.get('tasks')} to {after.get('tasks')} tasks"
    for word, words in (("vendi", "effective number"), ("mean_nearest", "distance to the nearest")):
        if isinstance(before.get(word), (int, float)) and isinstance(after.get(word), (int, float)):
            told += f", {words} {before[word]:.2f} to {after[word]:.2f}"
    return told


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _by_role(summary: Summary) -> Table:
    listed = table("By role", "role", "calls", "tool calls", "tokens read", "tokens written", "US dollars", "time")
    for role, taken in summary.usage_by_role.items():
        numbers = (taken.calls, taken.tool_calls, taken.input_tokens, taken.output_tokens)
        listed.add_row(role, *(f"{number:,}" for number in numbers), cost(taken.cost_usd), duration(taken.seconds))
    return listed
