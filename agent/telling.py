"""How a node of the graph tells what happened: as events, through LangGraph's custom stream."""

from __future__ import annotations

from typing import Any

from langgraph.config import get_stream_writer

from memory import EventKind, Novelty


def tell(kind: EventKind, round_number: int, **data: Any) -> None:
    """Tells an event of a round; 0 before the first.

    Rounds run side by side, so that each event says which one it is of.
    """
    get_stream_writer()({"kind": kind, "round": round_number, "data": data})


def brief_novelty(novelty: Novelty) -> dict[str, Any]:
    """What a novelty says, in short."""
    nearest = [{"name": hit.name, "score": hit.score} for hit in novelty.nearest[:3]]
    return {"novel": novelty.novel, "reason": novelty.reason, "nearest": nearest}
