"""What a session may take, and what it has taken: rounds, minutes at work, tokens and US dollars."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from agent.models import ModelChoice
from agent.prices import SHAPE, Prices
from memory import Event
from sim.errors import UsageError

Limited = Literal["rounds", "minutes", "tokens", "dollars"]
STARTS = ("session-started", "session-resumed")


@dataclass(frozen=True)
class Budget:
    """What a session may take; None where it may take any amount.

    Attributes:
        rounds: Rounds.
        minutes: Minutes at work.
        tokens: Tokens, read and written.
        dollars: US dollars.
    """

    rounds: int | None = None
    minutes: float | None = None
    tokens: int | None = None
    dollars: float | None = None

    def __post_init__(self) -> None:
        """Refuses a budget of nothing.

        Raises:
            UsageError: A limit is not above 0.
        """
        for what, limit in asdict(self).items():
            if limit is not None and not 0 < limit < math.inf:
                raise UsageError(f"{limit} {what} are no budget", "give a number above 0, or leave it out")


@dataclass(frozen=True)
class Spent:
    """A limit that is reached.

    Attributes:
        what: Which one.
        limit: What might be taken.
        used: What was taken.
    """

    what: Limited
    limit: float
    used: float

    @property
    def words(self) -> str:
        """A sentence that says it."""
        return f"the budget of {_number(self.limit)} {self.what} is spent: {_number(self.used)}"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4g}"


class Took(Protocol):
    """What one answer took, as `agent.roles.Usage` says it."""

    @property
    def calls(self) -> int:
        """Calls of the model."""

    @property
    def tool_calls(self) -> int:
        """Calls of tools."""

    @property
    def input_tokens(self) -> int:
        """Tokens read."""

    @property
    def output_tokens(self) -> int:
        """Tokens written."""

    @property
    def cost_usd(self) -> float | None:
        """US dollars; None where nobody knows."""

    @property
    def seconds(self) -> float:
        """From the question to the answer."""

    @property
    def faults(self) -> Mapping[str, int]:
        """What went wrong and was handled, by kind."""


@dataclass(frozen=True)
class _Noted:
    """What one answer took, as its `asked` event says it."""

    calls: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    seconds: float = 0.0
    faults: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> _Noted:
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


class Ledger:
    """What a session has taken so far. Any thread may add to it.

    Args:
        seconds: Seconds at work before.
        clock: Seconds since any moment.
    """

    def __init__(self, seconds: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._taken: defaultdict[str, list[Took]] = defaultdict(list)
        self._rounds: set[int] = set()
        self._seconds = seconds
        self._clock = clock
        self._since: float | None = None

    @classmethod
    def of(cls, events: Iterable[Event], clock: Callable[[], float] = time.monotonic) -> Ledger:
        """What the log of a session says that it has taken, in all its runs; as it was left, not at work.

        An asking that was killed after it was noted is noted again when it goes on, with all that it took: the last
        counts.
        """
        every = list(events)
        ledger = cls(_seconds_at_work(every), clock)
        asked = {_place(event): event.data for event in every if event.kind == "asked"}
        for data in asked.values():
            ledger.add(str(data["role"]), _Noted.of(data))
        for event in every:
            if event.kind == "round-finished":
                ledger.finish_round(event.round)
        return ledger

    def add(self, role: str, took: Took) -> None:
        """Adds what an answer of a role took."""
        with self._lock:
            self._taken[role].append(took)

    def finish_round(self, number: int) -> None:
        """Counts a round, once."""
        with self._lock:
            self._rounds.add(number)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Lets the time run; while a person is asked, it does not."""
        with self._lock:
            self._since = self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._seconds, self._since = self._now(), None

    def _now(self) -> float:
        return self._seconds if self._since is None else self._seconds + self._clock() - self._since

    @property
    def seconds(self) -> float:
        """Seconds at work."""
        with self._lock:
            return self._now()

    @property
    def rounds(self) -> int:
        """Rounds that are finished."""
        with self._lock:
            return len(self._rounds)

    def totals(self) -> dict[str, Any]:
        """What all roles took together: the counts of `Took`; `cost_usd` is None where any part of it is unknown."""
        return _total(self._copy().values())

    def by_role(self) -> dict[str, dict[str, Any]]:
        """What each role took, in the shape of `totals`."""
        return {role: _total([taken]) for role, taken in sorted(self._copy().items())}

    def spent(self, budget: Budget) -> Spent | None:
        """The first limit that is reached; None while none is.

        Of dollars counts what is known: a server that does not say what an answer took cannot be held to a budget.
        """
        every = [took for taken in self._copy().values() for took in taken]
        used: dict[Limited, float] = {
            "rounds": self.rounds,
            "minutes": self.seconds / 60,
            "tokens": sum(took.input_tokens + took.output_tokens for took in every),
            "dollars": math.fsum(took.cost_usd for took in every if took.cost_usd is not None),
        }
        limits: dict[str, float | None] = asdict(budget)
        for what, taken in used.items():
            limit = limits[what]
            if limit is not None and taken >= limit:
                return Spent(what, limit, taken)
        return None

    def _copy(self) -> dict[str, list[Took]]:
        with self._lock:
            return {role: list(taken) for role, taken in self._taken.items()}


def require_prices(budget: Budget, prices: Prices, choices: Iterable[ModelChoice]) -> None:
    """Makes sure that a budget of dollars can be kept.

    Raises:
        UsageError: There is one, and a model whose price is not known.
    """
    if budget.dollars is None:
        return
    unknown = [choice.name for choice in choices if prices.price(choice.name, choice.base_url) is None]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        raise UsageError(
            f"the price of {names} is not known, so that a budget of dollars cannot be kept",
            f"give --prices FILE with {SHAPE}",
        )


def _total(taken: Iterable[list[Took]]) -> dict[str, Any]:
    every = [took for one in taken for took in one]
    # Costs and seconds are added without rounding on the way: the sum does not depend on which thread came first.
    costs = [took.cost_usd for took in every if took.calls]
    faults: Counter[str] = Counter()
    for took in every:
        faults.update(took.faults)
    return {
        "calls": sum(took.calls for took in every),
        "tool_calls": sum(took.tool_calls for took in every),
        "input_tokens": sum(took.input_tokens for took in every),
        "output_tokens": sum(took.output_tokens for took in every),
        "cost_usd": None if None in costs else math.fsum(cost for cost in costs if cost is not None),
        "seconds": math.fsum(took.seconds for took in every),
        "faults": dict(sorted(faults.items())),
    }


def _place(event: Event) -> tuple[Any, ...]:
    """The place at which a role was asked, `agent.place.Place`."""
    return event.round, *(event.data.get(name, 0) for name in ("role", "attempt", "repair", "sample"))


def _seconds_at_work(events: list[Event]) -> float:
    """Seconds between the events, but for those between two runs and those in which a person was asked."""
    pairs = itertools.pairwise(events)
    working = [(one, two) for one, two in pairs if two.kind not in STARTS and one.kind != "approval-needed"]
    # A machine's clock may be set back between two events.
    return math.fsum(max(0.0, _moment(two) - _moment(one)) for one, two in working)


def _moment(event: Event) -> float:
    return datetime.fromisoformat(event.at).timestamp()
