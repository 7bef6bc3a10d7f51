"""The commands that look into sessions: list and show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.output import document, page, styled, table
from app.report import write_report
from app.sessions import REPORT
from app.summary import session_document, show_summary, task_rows
from app.words import STATES, count, settings_words, state_words, step_states
from app.workshop import session_events
from memory import Event, EventKind, EventLog, LibraryDamaged, session_ids
from memory.home import home_folder

if TYPE_CHECKING:
    from agent.summary import Round, Summary

# What a row of the list is made of, and what may follow on the last of it.
LISTED: tuple[EventKind, ...] = (
    "session-started",
    "session-resumed",
    "round-started",
    "approval-needed",
    "answered",
    "committed",
    "rejected",
    "session-finished",
)


def list_sessions(home: Path | None, *, every: bool, as_json: bool) -> None:
    """Lists the sessions of a home.

    Args:
        home: The home, as the options say.
        every: Whether the tries of a chat that kept nothing are listed too.
        as_json: Whether a program reads it.
    """
    folder = home_folder(home)
    found = [_listed(folder, name) for name in session_ids(folder)]
    rows = [row for row in found if every or not _came_to_nothing(row)]
    left_out = len(found) - len(rows)
    if as_json:
        document({"sessions": rows, "left_out": left_out})
        return
    listed = table("Sessions", "session", "mode", "goal", "round", "accepted", "state")
    for row in rows:
        round_ = f"{row['round']} of {row['rounds']}"
        mode = "chat" if row["chat"] else row["mode"]
        listed.add_row(row["session"], mode, row["goal"], round_, str(row["accepted"]), row["state"])
    page().print(listed if rows else "no sessions yet: start one with simsmith explore")
    if left_out:
        told = f"{count(left_out, 'try', 'tries')} of a chat that kept nothing: --all lists them too"
        page().print(told, style="dim")


def _came_to_nothing(row: dict[str, Any]) -> bool:
    """Whether it is a try of a chat that is over and kept nothing."""
    return bool(row["chat"] and not row["accepted"] and row["state"] == STATES["finished"])


def show_session(home: Path | None, name: str, *, html: Path | None, as_json: bool) -> None:
    """Shows what a session was asked to do and what it did."""
    from agent.summary import summarise

    folder = home_folder(home)
    summary = summarise(session_events(folder, name))
    tasks = task_rows(folder, summary.accepted)
    place = EventLog.of_session(folder, name).path.parent
    report = html.expanduser() if html else place / REPORT
    if html:
        write_report(report, summary, tasks, place)
    if as_json:
        told = {"settings": summary.settings, "plan": list(summary.plan), "rounds": _rounds(summary)}
        document(session_document(summary, tasks, report if report.exists() else None) | told)
        return
    _show_settings(summary)
    _show_rounds(summary)
    show_summary(summary, tasks, report if report.exists() else None)


def _rounds(summary: Summary) -> list[dict[str, Any]]:
    return [round_.model_dump(mode="json") for round_ in summary.rounds]


def _show_settings(summary: Summary) -> None:
    console = page()
    console.print(styled((summary.goal or "exploring", "bold"), (f"  {state_words(summary)}", "dim")), soft_wrap=True)
    listed = ", ".join(f"{word} {value}" for word, value in settings_words(summary).items() if word != "goal")
    console.print(listed or "the log does not say what it was asked to do", style="dim", soft_wrap=True)
    for number, (step, state) in enumerate(zip(summary.plan, step_states(summary), strict=True), start=1):
        style = "green" if state.startswith(("made", "there")) else "yellow"
        console.print(styled(f"  {number}. {step.get('goal', '')}  ", (state, style)), soft_wrap=True)


def _show_rounds(summary: Summary) -> None:
    listed = table("\nRounds", "round", "goal", "what happened")
    if not any(round_.goal for round_ in summary.rounds):
        listed = table("\nRounds", "round", "what happened")
    for round_ in summary.rounds:
        goal = [round_.goal] if len(listed.columns) == 3 else []
        listed.add_row(str(round_.number or "plan"), *goal, "\n".join(_happened(round_)))
    page().print(listed if summary.rounds else "no round was begun")


def _happened(round_: Round) -> list[str]:
    lines = []
    for candidate in round_.candidates:
        repairs = len(candidate.programs) - 1
        programs = f" after {count(repairs, 'repair')}" if repairs > 0 else ""
        if candidate.task:
            lines.append(f"{candidate.task}: accepted{programs}")
        elif candidate.reason:
            lines.append(f"{candidate.name}: {candidate.reason}{programs}: {candidate.detail}")
        else:
            lines.append(f"{candidate.name}: not decided yet{programs}")
    lines += [f"no proposal: {item.reason}: {item.detail}" for item in round_.unproposed]
    return lines or ["nothing yet"]


def _listed(home: Path, name: str) -> dict[str, Any]:
    """A session's row; one whose log is damaged is listed as that."""
    try:
        return _row(name, EventLog.of_session(home, name).read(LISTED))
    except LibraryDamaged as error:
        return _row(name, []) | {"state": f"damaged: {error.message}"}


def _row(name: str, events: list[Event]) -> dict[str, Any]:
    from agent.summary import accepted_names, session_state

    settings = next((event.data for event in events if event.kind == "session-started"), {})
    begun = [event for event in events if event.kind == "round-started"]
    rounds = [event.data.get("rounds") for event in begun[-1:]] + [settings.get("rounds")]
    return {
        "session": name,
        "mode": settings.get("mode", ""),
        "chat": bool(settings.get("chat", False)),
        "goal": settings.get("goal", ""),
        "rounds": next((number for number in rounds if number), 0),
        "round": max((event.round for event in events), default=0),
        "accepted": len(accepted_names(events)),
        "started_at": events[0].at if events else None,
        "state": STATES[session_state(events)],
    }
