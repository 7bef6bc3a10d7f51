"""The commands that run the agents: explore, make, and going on with a session."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.output import document, page, progress, table
from app.workshop import home_folder, open_session, session_settings
from memory import Event, EventLog, TaskLibrary, session_ids

if TYPE_CHECKING:
    from agent.session import Settings


def explore(
    home: Path | None, *, rounds: int, seed: int, model: str | None, base_url: str | None, as_json: bool
) -> None:
    """Runs an exploratory session."""
    from agent.models import choose_model
    from agent.session import Settings, new_session_id

    choice = choose_model(model, base_url)
    settings = Settings(rounds=rounds, seed=seed, model=choice.name, base_url=choice.base_url)
    _run(home_folder(home), new_session_id(), settings, as_json)


def make(
    home: Path | None, goal: str, *, tasks: int, seed: int, model: str | None, base_url: str | None, as_json: bool
) -> None:
    """Runs a session towards a goal."""
    from agent.models import choose_model
    from agent.session import Settings, new_session_id

    choice = choose_model(model, base_url)
    settings = Settings("make", goal, tasks, seed, model=choice.name, base_url=choice.base_url)
    _run(home_folder(home), new_session_id(), settings, as_json)


def resume(home: Path | None, name: str, *, as_json: bool) -> None:
    """Goes on with a session."""
    folder = home_folder(home)
    _run(folder, name, session_settings(folder, name), as_json)


def list_sessions(home: Path | None, *, as_json: bool) -> None:
    """Lists the sessions of a home."""
    folder = home_folder(home)
    rows = [_row(name, EventLog.of_session(folder, name).read()) for name in session_ids(folder)]
    if as_json:
        document({"sessions": rows})
        return
    listed = table("Sessions", "session", "mode", "goal", "round", "accepted", "state")
    for row in rows:
        round_ = f"{row['round']} of {row['rounds']}"
        listed.add_row(row["session"], row["mode"], row["goal"], round_, str(row["accepted"]), row["state"])
    page().print(listed if rows else "no sessions yet: start one with simsmith explore")


def _row(name: str, events: list[Event]) -> dict[str, Any]:
    settings = next((event.data for event in events if event.kind == "session-started"), {})
    return {
        "session": name,
        "mode": settings.get("mode", ""),
        "goal": settings.get("goal", ""),
        "rounds": settings.get("rounds", 0),
        "round": max((event.round for event in events), default=0),
        "accepted": len(_accepted(events)),
        "started_at": events[0].at if events else None,
        "state": "finished" if any(event.kind == "session-finished" for event in events) else "can be resumed",
    }


def _accepted(events: list[Event]) -> set[str]:
    """What a session committed; one that was stopped between committing and noting it says so at its end."""
    names = {str(event.data["name"]) for event in events if event.kind == "committed"}
    return names.union(*(event.data["accepted"] for event in events if event.kind == "session-finished"))


def _run(home: Path, name: str, settings: Settings, as_json: bool) -> None:
    """Runs a session to its end, shows it, and leaves with 1 when nothing was accepted."""
    start = time.monotonic()
    if settings.model == "composer":
        progress.print("[dim]the built-in composer speaks, a grammar; --model names a language model[/]")
    with open_session(home, name, settings) as session:
        try:
            follow(session.run(), settings.rounds)
        except KeyboardInterrupt:
            progress.print(f"stopped; go on with: simsmith sessions resume {name}")
            raise
        outcome = session.outcome()
    events = EventLog.of_session(home, name).read()
    library = TaskLibrary(home)
    result = {
        "session": name,
        "mode": settings.mode,
        "goal": settings.goal,
        "proposed": sum(event.kind == "proposed" for event in events),
        "accepted": len(outcome["accepted"]),
        "tasks": [_task(library, task) for task in outcome["accepted"]],
        "rejected": outcome["rejected"],
        "rejections": outcome["details"],
        "usage": outcome["usage"],
        "seconds": round(time.monotonic() - start, 2),
    }
    if as_json:
        document(result)
    else:
        _show(result)
    raise typer.Exit(0 if result["accepted"] else 1)


def _task(library: TaskLibrary, name: str) -> dict[str, Any]:
    record = library.get(name)
    assert record.verdict is not None
    folder = library.files.folder / name
    return {
        "name": record.name,
        "title": record.title,
        "instruction": record.proposal.get("instruction") or record.instruction,
        "instructions": record.instructions,
        "verdict": record.verdict.model_dump(
            mode="json", include={"accepted", "stage", "seconds", "seeds", "isolation"}
        ),
        "pictures": {shot: str(folder / f"{shot}.png") for shot in record.verdict.pictures},
        "code": str(folder / "task.py"),
    }


def _show(result: dict[str, Any]) -> None:
    console = page()
    console.print()
    if result["tasks"]:
        listed = table(
            f"{result['accepted']} of {result['proposed']} proposed tasks accepted", "task", "instruction", "proof"
        )
        for task in result["tasks"]:
            seeds = task["verdict"]["seeds"]
            listed.add_row(task["name"], task["instruction"], f"{seeds['passed']} of {seeds['run']} seeds")
        console.print(listed)
        console.print("\n[bold]Pictures[/]")
        for task in result["tasks"]:
            console.print(f"  {task['pictures'].get('after', '-')}", soft_wrap=True)
    else:
        console.print("nothing was accepted")
        for item in result["rejections"]:
            what = f"{item['name'] or 'no proposal'} ({item['reason']}): {item['detail']}"
            console.print(f"[dim]not kept: {what}[/]", soft_wrap=True)
    console.print(f"[dim]session {result['session']}, {result['seconds']:.0f} s[/]")


def follow(events: Iterable[Event], rounds: int) -> list[Event]:
    """Prints events as they happen, one line each, and returns them."""
    seen = []
    with progress.status("at work") if progress.is_terminal else _nothing() as status:
        for event in events:
            seen.append(event)
            line = _line(event, rounds)
            if line:
                progress.print(line, soft_wrap=True)
            if status is not None:
                status.update(f"{NEXT.get(event.kind, 'at work')} ...")
    return seen


NEXT = {
    "round-started": "the proposer thinks",
    "proposed": "comparing with the library",
    "coded": "proving in the simulator",
    "verdict": "comparing with the library",
    "reviewed": "proving once more, then committing",
}


def _nothing() -> Any:
    import contextlib

    return contextlib.nullcontext()


def _line(event: Event, rounds: int) -> str:
    data = event.data
    if event.kind == "round-started":
        return f"[bold]round {event.round} of {rounds}[/]"
    if event.kind == "proposed":
        return f"  proposed   {data['name']}: {data['instruction']}"
    if event.kind == "novelty" and not data["novel"]:
        return f"  [yellow]near[/]       {data['reason']}"
    if event.kind == "verdict":
        return _verdict_line(data)
    if event.kind == "reviewed":
        return f"  critic     {'keep' if data['keep'] else '[yellow]not worth it[/]'}: {data['reason']}"
    if event.kind == "committed":
        return f"  [green]committed[/]  {data['name']}"
    if event.kind == "rejected":
        return f"  [yellow]rejected[/]   {data['name'] or 'no proposal'}: {data['reason']}, {data['detail']}"
    return ""


def _verdict_line(data: dict[str, Any]) -> str:
    if data["accepted"]:
        return (
            f"  [green]proved[/]     {data['seeds']['passed']} of {data['seeds']['run']} seeds, {data['seconds']:.1f} s"
        )
    first = next((item for item in data["diagnostics"] if item["severity"] == "error"), None)
    line = f" line {first['line']}," if first and first["line"] else ""
    what = f"{first['code']},{line} {first['message']}; {first['hint']}" if first else ""
    return f"  [red]failed[/]     at {data['stage']}: {what}"
