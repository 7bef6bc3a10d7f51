"""Events: everything that happens in a session, one line each in the session's log."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from memory.errors import LibraryDamaged
from memory.record import Moment, utc_now
from sim.errors import EnvironmentBroken, UsageError
from sim.layout import Frozen

EventKind = Literal[
    "session-started",
    "session-resumed",
    "planned",
    "round-started",
    "asked",
    "proposed",
    "novelty",
    "coded",
    "verdict",
    "reviewed",
    "approval-needed",
    "answered",
    "committed",
    "rejected",
    "round-finished",
    "budget-spent",
    "session-finished",
    "note",
]

_SESSION_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Event(Frozen):
    """One thing that happened.

    Attributes:
        kind: What happened.
        session: The session's id.
        round: The round it happened in, counted from 1; 0 before the first.
        at: When, ISO 8601 in UTC.
        data: The values of the case, JSON-serialisable.
    """

    kind: EventKind
    session: str
    round: int = 0
    at: Moment = Field(default_factory=utc_now)
    data: dict[str, Any] = Field(default_factory=dict)


class EventLog:
    """A session's events on disk: JSON lines, only ever appended.

    An event counts as written once its line is complete. What a killed writer left of a last line is not an event:
    readers pass it over, and the next writer cuts it off. One writer at a time; any number of readers.

    Args:
        path: The log, made with its folders when the first event is appended.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_session(cls, home: Path, session: str) -> EventLog:
        """The log of a session of this home.

        Raises:
            UsageError: The id cannot name a folder.
        """
        if not _SESSION_PATTERN.fullmatch(session):
            raise UsageError(f"{session!r} is not a session id", "see: simsmith sessions list")
        return cls(home / "sessions" / session / "events.jsonl")

    def append(self, event: Event) -> None:
        """Write one event; it is on the disk when this returns.

        Raises:
            EnvironmentBroken: The log cannot be written.
        """
        line = event.model_dump_json().encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                _cut_torn_line(file.fileno())
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EnvironmentBroken(
                f"the session log {self.path} cannot be written: {error.strerror}",
                "choose another home with --home or SIMSMITH_HOME, or free the disk",
            ) from error

    def read(self, kinds: Collection[EventKind] | None = None) -> list[Event]:
        """Every event in order; none when the log was never written.

        Args:
            kinds: Only events of these kinds; the others, which are the bulk of a log, are not even parsed.

        Raises:
            LibraryDamaged: A complete line is not an event.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        lines = enumerate(content.split(b"\n")[:-1], start=1)
        # An event's kind stands first in its line.
        begins = tuple(f'{{"kind":"{kind}"'.encode() for kind in kinds) if kinds is not None else b""
        return [self._parse(line, number) for number, line in lines if line.startswith(begins)]

    def _parse(self, line: bytes, number: int) -> Event:
        try:
            return Event.model_validate_json(line)
        except ValidationError as error:
            raise LibraryDamaged(
                f"line {number} of {self.path} is not an event", "take that line out; the others can be read"
            ) from error


def session_ids(home: Path) -> list[str]:
    """The ids of the sessions of this home, in alphabetical order."""
    return sorted(log.parent.name for log in (home / "sessions").glob("*/events.jsonl"))


def _cut_torn_line(descriptor: int) -> None:
    """Cut off a last line that its writer did not complete."""
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n":
        return
    content = os.pread(descriptor, size, 0)
    os.ftruncate(descriptor, content.rfind(b"\n") + 1)
