"""Opens what the commands work with: home, library, sandbox, tools, model, session."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.output import Bar, progress, styled
from memory import Event, EventLog, LibraryDamaged, TaskLibrary, load_embedder, session_ids
from sim.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from agent.session import Session, Settings
    from app.options import LibraryPlace
    from sim.sandbox import Sandbox


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
    place: LibraryPlace, sandbox: Sandbox, name: str, settings: Settings, library: TaskLibrary | None = None
) -> Iterator[Session]:
    """A session with its log and its checkpoints, new or as it was left; in a library that is open already, if any."""
    from langgraph.checkpoint.sqlite import SqliteSaver

    from agent.models import ModelChoice, load_model
    from agent.roles import Mind
    from agent.session import Session
    from tools import Toolbox

    choice = ModelChoice(settings.model, settings.base_url)
    model = load_model(choice)  # what is wrong with it is said before anything else happens
    log = EventLog.of_session(place.home, name)
    folder = log.path.parent
    mind = Mind(model, choice, Toolbox.of(library or open_library(place), sandbox, folder / "candidates"))
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints = folder / "checkpoints.sqlite"
    try:
        with _alone(folder, name), SqliteSaver.from_conn_string(str(checkpoints)) as checkpointer:
            yield Session(name, settings, mind, log, checkpointer)
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(f"{checkpoints} cannot be read: {error}", "start a new session") from None


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
    from agent.session import Settings

    if name not in session_ids(home):
        raise UsageError(f"no session {name!r}", did_you_mean(name, session_ids(home)) if session_ids(home) else "")
    events: list[Event] = EventLog.of_session(home, name).read()
    started = next((event for event in events if event.kind == "session-started"), None)
    if started is None:
        raise UsageError(f"session {name} has not begun", "start a new one")
    try:
        return Settings(**started.data)
    except TypeError:
        raise LibraryDamaged(f"the log of session {name} does not say what it was asked to do", "start anew") from None
