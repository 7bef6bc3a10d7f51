"""The commands that run the agents: explore, make, and going on with a session."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.status import Status
from rich.text import Text

from app.consent import agreed, show_proposal
from app.output import document, page, progress, styled, table
from app.workshop import bare_library, open_session, session_settings
from memory import Event, EventLog, LibraryDamaged, TaskLibrary, session_ids
from memory.home import home_folder
from sim.errors import EnvironmentBroken
from sim.sandbox import Sandbox
from sim.verdict import Verdict

if TYPE_CHECKING:
    from agent.session import Session, Settings
    from app.options import LibraryPlace


def explore(
    place: LibraryPlace,
    sandbox: Sandbox,
    *,
    rounds: int,
    seed: int,
    model: str | None,
    base_url: str | None,
    as_json: bool,
) -> None:
    """Runs an exploratory session."""
    from agent.models import choose_model
    from agent.session import Settings, new_session_id

    choice = choose_model(model, base_url)
    settings = Settings(rounds=rounds, seed=seed, model=choice.name, base_url=choice.base_url)
    _run(place, sandbox, new_session_id(), settings, as_json)


def make(
    place: LibraryPlace,
    sandbox: Sandbox,
    goal: str,
    *,
    tasks: int,
    seed: int,
    model: str | None,
    base_url: str | None,
    as_json: bool,
) -> None:
    """Runs a session towards a goal."""
    from agent.models import choose_model
    from agent.session import Settings, new_session_id

    choice = choose_model(model, base_url)
    settings = Settings("make", goal, tasks, seed, model=choice.name, base_url=choice.base_url)
    _run(place, sandbox, new_session_id(), settings, as_json)


def resume(place: LibraryPlace, sandbox: Sandbox, name: str, *, as_json: bool) -> None:
    """Goes on with a session."""
    _run(place, sandbox, name, session_settings(place.home, name), as_json)


def list_sessions(home: Path | None, *, as_json: bool) -> None:
    """Lists the sessions of a home."""
    folder = home_folder(home)
    rows = [_listed(folder, name) for name in session_ids(folder)]
    if as_json:
        document({"sessions": rows})
        return
    listed = table("Sessions", "session", "mode", "goal", "round", "accepted", "state")
    for row in rows:
        round_ = f"{row['round']} of {row['rounds']}"
        listed.add_row(row["session"], row["mode"], row["goal"], round_, str(row["accepted"]), row["state"])
    page().print(listed if rows else "no sessions yet: start one with simsmith explore")


def _listed(home: Path, name: str) -> dict[str, Any]:
    """A session's row; one whose log is damaged is listed as that."""
    try:
        return _row(name, EventLog.of_session(home, name).read())
    except LibraryDamaged as error:
        return _row(name, []) | {"state": f"damaged: {error.message}"}


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
        "state": _state(events),
    }


def _state(events: list[Event]) -> str:
    if any(event.kind == "session-finished" for event in events):
        return "finished"
    return "waits for an answer" if events and events[-1].kind == "approval-needed" else "can be resumed"


def _accepted(events: list[Event]) -> set[str]:
    """What a session committed; one that was stopped between committing and noting it says so at its end."""
    names = {str(event.data["name"]) for event in events if event.kind == "committed"}
    return names.union(*(event.data["accepted"] for event in events if event.kind == "session-finished"))


def _run(place: LibraryPlace, sandbox: Sandbox, name: str, settings: Settings, as_json: bool) -> None:
    """Runs a session to its end, shows it, and leaves with 1 when nothing was accepted."""
    start = time.monotonic()
    if settings.model == "composer":
        progress.print("the built-in composer speaks, a grammar; --model names a language model", style="dim")
    with open_session(place, sandbox, name, settings) as session:
        try:
            _follow_to_the_end(session, settings.rounds)
        except (KeyboardInterrupt, EnvironmentBroken):
            progress.print(f"stopped; go on with: simsmith sessions resume {name}")
            raise
        outcome = session.outcome()
    library = bare_library(place)
    events = EventLog.of_session(library.home, name).read()
    result = {
        "session": name,
        "mode": settings.mode,
        "goal": settings.goal,
        "proposed": sum(event.kind == "proposed" for event in events),
        "accepted": len(outcome["accepted"]),
        "tasks": [_task(library, task) for task in outcome["accepted"] if task in library.names()],
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


def _follow_to_the_end(session: Session, rounds: int) -> None:
    """Follows a session, and asks on the terminal where a person has to answer."""
    answer = agreed() if session.waiting else None
    events = follow(session.run(answer), rounds)
    while session.waiting:
        show_proposal(events)
        events = follow(session.run(agreed()), rounds)


def _task(library: TaskLibrary, name: str) -> dict[str, Any]:
    record = library.get(name)
    folder = library.files.folder / name
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
        console.print("\nPictures", style="bold")
        for task in result["tasks"]:
            console.print(f"  {task['pictures'].get('after', '-')}", soft_wrap=True)
    else:
        console.print("nothing was accepted")
        for item in result["rejections"]:
            what = f"{item['name'] or 'no proposal'} ({item['reason']}): {item['detail']}"
            console.print(f"not kept: {what}", style="dim", soft_wrap=True)
    console.print(f"session {result['session']}, {result['seconds']:.0f} s", style="dim")


def follow(events: Generator[Event], rounds: int, quiet: Collection[str] = ()) -> list[Event]:
    """Prints events as they happen, one line each but for the quiet kinds, and returns them."""
    seen = []
    with contextlib.closing(events), _status() as status:
        for event in events:
            seen.append(event)
            line = None if event.kind in quiet else _line(event, rounds)
            if line is not None:
                progress.print(line, soft_wrap=True)
            if status is not None:
                status.update(f"{NEXT.get(event.kind, 'at work')} ...")
    return seen


def _status() -> contextlib.AbstractContextManager[Status | None]:
    """A spinner where somebody watches."""
    return progress.status("at work") if progress.is_terminal else contextlib.nullcontext()


NEXT = {
    "round-started": "the proposer thinks",
    "proposed": "comparing with the library",
    "coded": "proving in the simulator",
    "verdict": "comparing with the library",
    "reviewed": "proving once more, then committing",
}


def _line(event: Event, rounds: int) -> Text | None:
    data = event.data
    if event.kind == "round-started":
        return styled((f"round {event.round} of {rounds}", "bold"))
    if event.kind == "proposed":
        return styled(f"  proposed   {data['name']}: {data['instruction']}")
    if event.kind == "novelty" and not data["novel"]:
        return styled(("  near       ", "yellow"), data["reason"])
    if event.kind == "verdict":
        return _verdict_line(data)
    if event.kind == "reviewed":
        opinion = ("keep", "") if data["keep"] else ("not worth it", "yellow")
        return styled("  critic     ", opinion, f": {data['reason']}")
    if event.kind == "committed":
        return styled(("  committed  ", "green"), data["name"])
    if event.kind == "rejected":
        told = f"{data['name'] or 'no proposal'}: {data['reason']}, {data['detail']}"
        return styled(("  rejected   ", "yellow"), told)
    return None


def _verdict_line(data: dict[str, Any]) -> Text:
    if data["accepted"]:
        seeds = data["seeds"]
        return styled(("  proved     ", "green"), f"{seeds['passed']} of {seeds['run']} seeds, {data['seconds']:.1f} s")
    first = next((item for item in data["diagnostics"] if item["severity"] == "error"), None)
    line = f" line {first['line']}," if first and first["line"] else ""
    what = f"{first['code']},{line} {first['message']}; {first['hint']}" if first else ""
    return styled(("  failed     ", "red"), f"at {data['stage']}: {what}")
