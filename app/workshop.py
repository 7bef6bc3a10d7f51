"""Opens what the commands work with: home, library, sandbox, tools, model, session."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.output import Bar, progress, styled
from app.tracing import traced
from memory import Event, EventLog, LibraryDamaged, TaskLibrary, load_embedder, session_ids
from sim.errors import EnvironmentBroken, UsageError, did_you_mean

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver

    from agent.roles import Mind
    from agent.session import Session, Settings
    from app.options import LibraryPlace, Traffic
    from sim.sandbox import Sandbox
    from tools import Toolbox


def bare_library(place: LibraryPlace) -> TaskLibrary:
    """The library as it is."""
    embedder = load_embedder(place.embedder, place.embedder_url)
    bar = Bar(f"making the index with {embedder.name}")
    return TaskLibrary(place.home, embedder, index=place.index, progress=bar)


def open_library(place: LibraryPlace) -> TaskLibrary:
    """The library; a new one is given the human-made tasks first."""
    from tools.seeds import missing_seeds, plant_seeds

    library = bare_library(place)
    missing = missing_seeds(library)
    if missing:
        from sim.sandbox import Sandbox

        told = f"proving {len(missing)} human-made tasks, the seeds of the library in {library.home}"
        progress.print(told, style="dim")
        for name in plant_seeds(library, Sandbox()):
            progress.print(styled(("  proved ", "green"), name))
    return library


@contextlib.contextmanager
def open_session(
    place: LibraryPlace,
    sandbox: Sandbox,
    name: str,
    settings: Settings,
    library: TaskLibrary | None = None,
    traffic: Traffic | None = None,
) -> Iterator[Session]:
    """A session with its log and its checkpoints, new or as it was left.

    Args:
        place: Where the library is.
        sandbox: Where task code runs.
        name: The session's id.
        settings: What it is asked to do.
        library: The library, if it is open already.
        traffic: What becomes of the calls of models.
    """
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    from agent.answers import ANSWERS
    from agent.session import Session
    from tools import Toolbox

    log = EventLog.of_session(place.home, name)
    folder = log.path.parent
    think = _thinking(place, name, settings, traffic)  # what is wrong with a model is said before all else
    mind = think(Toolbox.of(library or open_library(place), sandbox, folder / "candidates"))
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints = folder / "checkpoints.sqlite"
    try:
        connecting = contextlib.closing(sqlite3.connect(checkpoints, check_same_thread=False))
        with _alone(folder, name), traced(), connecting as connection:
            answers = [(item.__module__, item.__name__) for item in ANSWERS]
            saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=answers))
            yield Session(name, settings, mind, log, saver, functools.partial(_prune, saver, name))
    except sqlite3.OperationalError as error:
        raise EnvironmentBroken(f"{checkpoints} cannot be written: {error}", "free the disk, then resume") from None
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(f"{checkpoints} cannot be read: {error}", "start a new session") from None


def _prune(saver: SqliteSaver, session: str) -> None:
    """Forgets the checkpoints of rounds that are over, and all but the last two of the session."""
    with saver.cursor() as cursor:
        kept = (
            "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' ORDER BY 1 DESC LIMIT 2"
        )
        for table in ("writes", "checkpoints"):
            cursor.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns != ''", (session,))
            cursor.execute(
                f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id NOT IN ({kept})", (session, session)
            )


def _thinking(place: LibraryPlace, name: str, settings: Settings, traffic: Traffic | None) -> Callable[[Toolbox], Mind]:
    """The mind of a session, but for its tools: models as they are asked for, or as they were recorded.

    Raises:
        UsageError: No such model, or a price is missing that a budget needs.
        EnvironmentBroken: A model cannot be loaded, or a record not be written.
    """
    from agent.budget import require_prices
    from agent.models import load_models
    from agent.prices import Prices
    from agent.recorder import Recorder, Replay, secrets_of
    from agent.roles import Mind

    prices = Prices.load(traffic.prices if traffic else None)
    if traffic and traffic.replay:
        replay = Replay.open(traffic.replay)
        return functools.partial(Mind, replay.voices(), recorder=replay, prices=prices)
    models = load_models(settings.choice, settings.choices, place.home / "endpoints.json")
    require_prices(settings.budget, prices, [settings.choice, *settings.choices.values()])
    recorder = None
    if traffic and traffic.record:
        asked = asdict(settings) | {"record": "", "replay": ""}
        recorder = Recorder.open(traffic.record, name, asked, secrets_of(os.environ))
    return functools.partial(Mind, models, recorder=recorder, prices=prices)


@contextlib.contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Holds a session against other processes.

    Raises:
        UsageError: Another process runs it.
    """
    import filelock

    lock = filelock.FileLock(folder / "session.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise UsageError(f"session {name} runs in another process", "wait for it, or end it") from None
    try:
        yield
    finally:
        lock.release()


def session_settings(home: Path, name: str) -> Settings:
    """What a session was asked to do.

    Raises:
        UsageError: No such session.
    """
    from agent.addresses import with_credentials
    from agent.session import Settings

    events = session_events(home, name)
    started = next((event for event in events if event.kind == "session-started"), None)
    if started is None:
        raise UsageError(f"session {name} has not begun", "start a new one")
    try:
        # An address is noted without name and password: they are where they were when the session was begun.
        return Settings.noted(with_credentials(started.data, os.environ.get("SIMSMITH_BASE_URL", "")))
    except TypeError:
        raise LibraryDamaged(f"the log of session {name} does not say what it was asked to do", "start anew") from None


def session_events(home: Path, name: str) -> list[Event]:
    """Everything that happened in a session.

    Raises:
        UsageError: No such session; names near ones.
    """
    known = session_ids(home)
    if name not in known:
        raise UsageError(f"no session {name!r}", did_you_mean(name, known) if known else "")
    return EventLog.of_session(home, name).read()
