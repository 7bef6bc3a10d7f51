"""Stopping rounds that run side by side: after the call in flight, not after the round."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from langchain.agents.middleware import AgentMiddleware

from sim.errors import SimsmithError


class Halted(SimsmithError):
    """What a thread stops with when all are to stop; its work is resumed from its last checkpoint."""


class Halt:
    """Whether all threads of a session are to stop, since one has failed or a person wants it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def call(self) -> None:
        """Has all stop."""
        self._event.set()

    def lift(self) -> None:
        """Lets all go on."""
        self._event.clear()

    def check(self) -> None:
        """Stops the thread that asks, if all are to stop.

        Raises:
            Halted: They are.
        """
        if self._event.is_set():
            raise Halted("the session was stopped", "resume it")

    @contextmanager
    def on_error(self) -> Iterator[None]:
        """Has all stop when what is done here fails."""
        try:
            yield
        except BaseException:
            self.call()
            raise


class Halting(AgentMiddleware[Any, Any, Any]):
    """Stops a role before its next call of the model."""

    def __init__(self, halt: Halt) -> None:
        super().__init__()
        self._halt = halt

    def before_model(self, state: Any, runtime: Any) -> None:
        """Stops, if all are to stop."""
        self._halt.check()
