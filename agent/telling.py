"""How a node of the graph tells what happened: as events, through LangGraph's custom stream."""

from __future__ import annotations

import threading
from typing import Any

from langgraph.config import get_stream_writer

from memory import Event, EventKind, EventLog, Novelty


class Journal:
    """The log of a session, as its nodes write it.

    A node writes before its checkpoint is made: what it did is in the log though nobody follows the session any more. A
    node that was killed in between runs anew, and tells it again.

    Args:
        session: The session's id.
        log: The log.
    """

    def __init__(self, session: str, log: EventLog) -> None:
        self._session = session
        self._log = log
        self._lock = threading.Lock()  # rounds run side by side

    def tell(self, kind: EventKind, round_number: int, **data: Any) -> None:
        """Tells an event of a round; 0 before the first. To be called in a node."""
        with self._lock:
            get_stream_writer()(self.note(kind, round_number, data))

    def note(self, kind: EventKind, round_number: int, data: dict[str, Any]) -> Event:
        """Writes an event to the log, and returns it."""
        event = Event(kind=kind, session=self._session, round=round_number, data=data)
        self._log.append(event)
        return event


def brief_novelty(novelty: Novelty) -> dict[str, Any]:
    """What a novelty says, in short."""
    nearest = [{"name": hit.name, "score": hit.score} for hit in novelty.nearest[:3]]
    return {"novel": novelty.novel, "reason": novelty.reason, "nearest": nearest}
