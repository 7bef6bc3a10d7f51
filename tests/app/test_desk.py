"""The desk of a conversation, where a person stops what is being made."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from agent.session import Settings
from app.desk import Desk
from memory import Event, TaskLibrary
from sim.errors import UsageError

PROPOSED = {"name": "stack-two-blocks", "instruction": "stack two blocks"}


class Stopped:
    """A session that a person stops after these events."""

    waiting = False

    def __init__(self, *told: tuple[str, dict[str, Any]]) -> None:
        self._told = told

    def run(self, answer: object = None) -> Generator[Event]:
        for kind, data in self._told:
            yield Event(kind=kind, session="s", round=1, data=data)
        raise KeyboardInterrupt


def desk_of(home: Any, *sessions: Stopped) -> Desk:
    waiting = list(sessions)

    @contextlib.contextmanager
    def opened(_: Settings) -> Iterator[Any]:
        yield waiting.pop(0)

    return Desk(TaskLibrary(home), Settings(), opened)


def test_a_change_after_a_stop_is_of_what_was_stopped_and_of_no_older_task(seeded):
    desk = desk_of(seeded, Stopped(("proposed", PROPOSED)), Stopped(), Stopped())
    desk.show_task("align-box-corner")
    with pytest.raises(KeyboardInterrupt):
        desk.make_task("stack two blocks")
    assert desk.last.name == "stack-two-blocks"
    with pytest.raises(KeyboardInterrupt):
        desk.revise_task("make it three")
    assert desk.last.name == "stack-two-blocks"  # a change that came to nothing leaves the task
    with pytest.raises(KeyboardInterrupt):
        desk.make_task("build a wall")
    with pytest.raises(UsageError, match="'build a wall' came to none"):
        desk.revise_task("make it three")
