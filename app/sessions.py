"""The commands that run the agents: explore, make, and going on with a session."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.status import Status
from rich.text import Text

from app.consent import agreed, show_proposal
from app.output import document, progress, styled
from app.report import write_report
from app.summary import session_document, show_summary, task_rows
from app.words import budget_words
from app.workshop import open_session, session_settings
from memory import Event, EventLog
from sim.errors import EnvironmentBroken, SimsmithError, Stopped, UsageError
from sim.sandbox import Sandbox

if TYPE_CHECKING:
    from agent.session import Session, Settings
    from app.options import LibraryPlace, SessionOptions, Traffic

REPORT = "report.html"
ROUNDS = 3  # of an exploration, where nobody says how many


def explore(place: LibraryPlace, sandbox: Sandbox, options: SessionOptions, *, rounds: int, as_json: bool) -> None:
    """Runs an exploratory session."""
    from agent.session import new_session_id

    _run(
        place, sandbox, new_session_id(), settings_of(options, mode="explore", rounds=rounds), options.traffic, as_json
    )


def make(
    place: LibraryPlace, sandbox: Sandbox, options: SessionOptions, goal: str, *, tasks: int | None, as_json: bool
) -> None:
    """Runs a session towards a goal."""
    from agent.session import new_session_id

    settings = settings_of(options, mode="make", goal=goal, rounds=tasks)
    _run(place, sandbox, new_session_id(), settings, options.traffic, as_json)


def resume(place: LibraryPlace, sandbox: Sandbox, traffic: Traffic, name: str, *, as_json: bool) -> None:
    """Goes on with a session."""
    settings = session_settings(place.home, name)
    if settings.record and not traffic.record:
        traffic = replace(traffic, record=Path(settings.record))
    if settings.replay and not traffic.replay:
        traffic = replace(traffic, replay=Path(settings.replay))
    _run(place, sandbox, name, settings, traffic, as_json)


def settings_of(options: SessionOptions, **asked: Any) -> Settings:
    """What a session is asked to do, as the options say; in a replay, as it was asked when it was recorded.

    Raises:
        UsageError: Settings that make no sense, or a record of another kind of session.
    """
    from agent.models import choose_model
    from agent.session import Settings

    if options.traffic.replay:
        if idle := _idle_in_replay(options, asked):
            progress.print(f"as it was recorded, whatever was asked for now: {', '.join(idle)}", style="yellow")
        return _replayed(options.traffic.replay, str(asked["mode"]), str(asked.get("goal", "")))
    models = options.models
    choice = choose_model(models.model, models.base_url, models.temperature)
    roles = {
        role: asdict(choose_model(name, models.base_url, models.temperature)) for role, name in models.by_role.items()
    }
    asked |= {
        "seed": options.seed,
        "approve": options.review,
        "model": choice.name,
        "base_url": choice.base_url,
        "temperature": models.temperature,
        "roles": roles,
        "record": str(options.traffic.record.absolute()) if options.traffic.record else "",
        "workers": options.workers,
        "votes": options.votes,
        "minutes": options.minutes,
        "tokens": options.tokens,
        "dollars": options.dollars,
    }
    return Settings(**asked)


def _idle_in_replay(options: SessionOptions, asked: Mapping[str, Any]) -> list[str]:
    """The options that were given and do not count, since a replay is as its record says."""
    from app.options import ModelOptions, SessionOptions

    said = [
        item.name
        for given, usual in ((options, SessionOptions()), (options.models, ModelOptions()))
        for item in fields(usual)
        if item.name not in ("models", "traffic") and getattr(given, item.name) != getattr(usual, item.name)
    ]
    usual_here = {"model": "SIMSMITH_MODEL", "base_url": "SIMSMITH_BASE_URL"}
    for name, variable in usual_here.items():  # not given for this replay
        if name in said and getattr(options.models, name) == os.environ.get(variable):
            said.remove(name)
    if asked.get("rounds") not in (None, ROUNDS):
        said.append("rounds" if asked["mode"] == "explore" else "tasks")
    return [f"--{name.replace('_', '-')}" for name in said]


def _replayed(path: Path, mode: str, goal: str) -> Settings:
    """What a recorded session was asked to do."""
    from agent.recorder import Replay
    from agent.session import Settings

    replay = Replay.open(path)
    # Whatever stopped the recorded session, its record ends there.
    asked = replay.settings | {"minutes": None, "tokens": None, "dollars": None, "replay": str(path.absolute())}
    if asked.get("mode") == "explore":
        asked["rounds"] = replay.rounds
    if (asked.get("mode"), asked.get("goal")) != (mode, goal):
        was = f"make {asked.get('goal')!r}" if asked.get("goal") else "explore"
        raise UsageError(f"{path} is the record of another session", f"replay it with: simsmith {was} --replay {path}")
    try:
        return Settings(**asked)
    except TypeError:
        raise UsageError(f"{path} does not say what the session was asked to do", "record it anew") from None


def _run(place: LibraryPlace, sandbox: Sandbox, name: str, settings: Settings, traffic: Traffic, as_json: bool) -> None:
    """Runs a session to its end, shows what it did, and leaves with 1 when it came to nothing.

    Raises:
        Stopped: A person stopped it; what was done so far has been shown.
    """
    if settings.model == "composer":
        progress.print("the built-in composer speaks, a grammar; --model names a language model", style="dim")
    stopped: SimsmithError | None = None
    on = f"go on with: simsmith sessions resume {name}"
    with open_session(place, sandbox, name, settings, traffic=traffic) as session:
        if session.finished:
            progress.print(f"session {name} is finished already", style="dim")
        try:
            _follow_to_the_end(session, settings, EventLog.of_session(place.home, name), as_json)
        except KeyboardInterrupt:
            stopped = Stopped("stopped", on)
        except EnvironmentBroken as error:
            progress.print(f"stopped; {on}")
            stopped = error
    done = _conclude(place.home, name, as_json, unless_empty=stopped is not None)
    if stopped is not None:
        raise stopped
    raise typer.Exit(0 if done else 1)


def _conclude(home: Path, name: str, as_json: bool, *, unless_empty: bool) -> bool:
    """Shows what a session did and writes its report; returns whether a task was accepted or the goal's is there.

    Args:
        home: The home.
        name: The session's id.
        as_json: Whether a program reads it.
        unless_empty: Whether a session in which nothing has happened yet is passed over.
    """
    from agent.summary import summarise

    log = EventLog.of_session(home, name)
    summary = summarise(log.read())
    if unless_empty and not any(summary.rejected.values()) and not summary.funnel.proposed:
        return False
    tasks = task_rows(home, summary.accepted)
    path = log.path.with_name(REPORT)
    write_report(path, summary, tasks, path.parent)
    if as_json:
        document(session_document(summary, tasks, path))
    else:
        show_summary(summary, tasks, path)
    return bool(summary.accepted or summary.goal_reached)


def _follow_to_the_end(session: Session, settings: Settings, log: EventLog, as_json: bool) -> None:
    """Follows a session, and asks on the terminal where a person has to answer."""
    rounds, workers = settings.rounds, settings.workers
    if not session.waiting:
        follow(session.run(), rounds, workers)
    while session.waiting:
        # Standard output is for the document alone where there is one.
        with contextlib.redirect_stdout(sys.stderr if as_json else sys.stdout):
            show_proposal(log.read())
            answer = agreed()
        if answer is None:
            progress.print(f"nobody answers; go on with: simsmith sessions resume {session.name}")
            return
        follow(session.run(answer), rounds, workers)


def follow(
    events: Generator[Event],
    rounds: int | None,
    workers: int = 1,
    quiet: Callable[[Event], bool] = lambda _: False,
) -> None:
    """Prints events as they happen, one line each.

    Args:
        events: The events.
        rounds: How many rounds there are to be, if that is known.
        workers: How many of them run side by side: of more than one, each line says of which round it is.
        quiet: Which of them are not printed.
    """
    with contextlib.closing(events), _status() as status:
        for event in events:
            line = None if quiet(event) else _line(event, rounds)
            if line is not None:
                of_round = styled((f"{event.round:>3} ", "dim")) if workers > 1 and event.round else styled()
                progress.print(of_round + line, soft_wrap=True)
            if status is not None:
                status.update(f"{NEXT.get(event.kind, 'at work')} ...")


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


def _line(event: Event, rounds: int | None) -> Text | None:
    data = event.data
    if event.kind == "planned":
        steps = [f"\n  {number}. {step['goal']}" for number, step in enumerate(data["steps"], start=1)]
        return styled(("plan", "bold"), *steps)
    if event.kind == "round-started":
        of_all = f" of {data.get('rounds') or rounds}" if data.get("rounds") or rounds else ""
        goal = f": {data['goal']}" if data.get("goal") else ""
        return styled((f"round {event.round}{of_all}", "bold"), goal)
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
    if event.kind == "budget-spent":
        return styled(("ended by ", "yellow"), budget_words(data))
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
