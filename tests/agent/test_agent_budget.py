"""Budgets: what a session may take, what it has taken, and that a resumed one knows it."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.budget import Budget, Ledger, Spent, require_prices
from agent.models import ModelChoice
from agent.prices import Prices
from memory import Event, EventLog
from sim.errors import UsageError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Took:
    calls: int = 1
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def event(kind: Any, second: float, round: int = 0, **data: Any) -> Event:  # noqa: A002
    at = (NOON + timedelta(seconds=second)).isoformat()
    return Event(kind=kind, session="session-1", round=round, at=at, data=data)


def asked(role: str, took: Took, second: float = 0) -> Event:
    """The event as a session writes it: the cost is left out where it is not known."""
    data = {name: value for name, value in vars(took).items() if value is not None}
    return event("asked", second, role=role, attempt=0, repair=0, sample=0, model="test-model", **data)


taken = st.builds(
    Took,
    calls=st.integers(1, 16),
    tool_calls=st.integers(0, 40),
    input_tokens=st.integers(0, 10**6),
    output_tokens=st.integers(0, 10**6),
    cost_usd=st.none() | st.floats(0, 100),
    seconds=st.floats(0, 1000),
    faults=st.dictionaries(st.sampled_from(["refusal", "no-answer", "too-long"]), st.integers(1, 3)),
)
answers = st.lists(st.tuples(st.sampled_from(["proposer", "coder", "critic"]), taken), max_size=20)


def ledger_of(answers: list[tuple[str, Took]]) -> Ledger:
    ledger = Ledger()
    for role, took in answers:
        ledger.add(role, took)
    return ledger


# -- what was taken --------------------------------------------------------------------------------------------------


def test_each_role_has_its_account():
    ledger = Ledger()
    ledger.add("coder", Took(2, 1, 100, 10, 0.5, 3.0, {"refusal": 1}))
    ledger.add("coder", Took(1, 0, 50, 5, 0.25, 1.0, {"refusal": 1, "too-long": 1}))
    ledger.add("critic", Took(1, 1, 10, 1, None, 1.0))

    assert ledger.by_role() == {
        "coder": {
            "calls": 3,
            "tool_calls": 1,
            "input_tokens": 150,
            "output_tokens": 15,
            "cost_usd": 0.75,
            "seconds": 4.0,
            "faults": {"refusal": 2, "too-long": 1},
        },
        "critic": {
            "calls": 1,
            "tool_calls": 1,
            "input_tokens": 10,
            "output_tokens": 1,
            "cost_usd": None,
            "seconds": 1.0,
            "faults": {},
        },
    }
    assert ledger.totals()["calls"] == 4
    assert ledger.totals()["cost_usd"] is None  # one part is unknown, and so is the whole
    assert json.loads(json.dumps(ledger.totals())) == ledger.totals()


def test_nothing_asked_costs_nothing():
    ledger = Ledger()
    ledger.add("coder", Took(calls=0))
    assert ledger.totals()["cost_usd"] == 0
    assert Ledger().totals()["cost_usd"] == 0
    assert Ledger().by_role() == {}


@given(answers, st.randoms())
def test_the_totals_are_the_roles_together_in_whatever_order_they_came(answers: list[tuple[str, Took]], chance: Any):
    ledger, shuffled = ledger_of(answers), list(answers)
    chance.shuffle(shuffled)
    roles = ledger.by_role().values()

    assert ledger_of(shuffled).totals() == ledger.totals()
    for name in ("calls", "tool_calls", "input_tokens", "output_tokens"):
        assert ledger.totals()[name] == sum(role[name] for role in roles)
    assert (ledger.totals()["cost_usd"] is None) == any(role["cost_usd"] is None for role in roles)


@given(answers)
def test_a_log_gives_the_same_ledger(answers: list[tuple[str, Took]]):
    places = [asked(role, took).model_copy(update={"round": number}) for number, (role, took) in enumerate(answers)]
    events = [Event.model_validate_json(event.model_dump_json()) for event in places]
    assert Ledger.of(events).by_role() == ledger_of(answers).by_role()


def test_what_a_killed_asking_noted_counts_once_when_it_is_noted_again():
    before, after = asked("coder", Took(input_tokens=10)), asked("coder", Took(input_tokens=30))
    assert Ledger.of([before, after]).totals()["input_tokens"] == 30


def test_rounds_side_by_side_lose_nothing():
    ledger = Ledger()

    def work() -> None:
        for _ in range(500):
            ledger.add("coder", Took(input_tokens=3, cost_usd=0.1))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.totals()["input_tokens"] == 8 * 500 * 3
    assert ledger.totals()["cost_usd"] == 400.0


# -- time ------------------------------------------------------------------------------------------------------------


def test_time_runs_while_the_session_is_at_work():
    clock = Clock()
    ledger = Ledger(10.0, clock)
    with ledger.at_work():
        clock.now += 5
        assert ledger.seconds == 15
    clock.now += 1000  # a person thinks
    assert ledger.seconds == 15
    with contextlib.suppress(KeyboardInterrupt), ledger.at_work():
        clock.now += 1
        raise KeyboardInterrupt
    clock.now += 1000
    assert ledger.seconds == 16


def test_a_log_tells_how_long_the_session_was_at_work(tmp_path: Path):
    log = EventLog(tmp_path / "events.jsonl")
    for noted in [
        event("session-started", 0),
        event("round-started", 2, 1),
        event("proposed", 10, 1),  # killed; found dead an hour later
        event("session-resumed", 3600, 1),
        event("proposed", 3605, 1),
        event("approval-needed", 3610, 1),  # the person is at lunch
        event("answered", 6996, 1),
        event("committed", 7000, 1),  # proved once more
        event("round-finished", 7001, 1),
        event("note", 6990, 1),  # the clock was set back
        event("session-resumed", 9000, 1),
    ]:
        log.append(noted)

    clock = Clock()
    ledger = Ledger.of(log.read(), clock)
    assert ledger.seconds == 10 + 10 + 5
    clock.now += 50
    assert ledger.seconds == 25


def test_a_round_counts_once():
    events = [event("round-finished", 1, 1), event("round-finished", 2, 2), event("round-finished", 3, 2)]
    ledger = Ledger.of(events)
    ledger.finish_round(2)
    assert ledger.rounds == 2
    assert ledger.spent(Budget(rounds=3)) is None
    ledger.finish_round(3)
    assert ledger.spent(Budget(rounds=3)) == Spent("rounds", 3, 3)


# -- budgets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["rounds", "minutes", "tokens", "dollars"])
@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_budget_of_nothing_is_wrong_use(what: str, limit: float):
    with pytest.raises(UsageError, match=f"{what} are no budget"):
        Budget(**{what: limit})


def test_a_limit_is_reached_when_all_of_it_is_taken():
    clock = Clock()
    ledger = Ledger(0, clock)
    ledger.add("coder", Took(input_tokens=900, output_tokens=99, cost_usd=0.99))
    with ledger.at_work():
        clock.now += 119
    budget = Budget(rounds=1, minutes=2, tokens=1000, dollars=1.0)
    assert ledger.spent(budget) is None

    ledger.add("critic", Took(output_tokens=1))
    assert ledger.spent(budget) == Spent("tokens", 1000, 1000)
    assert ledger.spent(Budget(dollars=1.0)) is None
    ledger.add("critic", Took(cost_usd=0.01))
    assert ledger.spent(Budget(dollars=1.0)) == Spent("dollars", 1.0, 1.0)
    with ledger.at_work():
        clock.now += 1
    spent = ledger.spent(budget)
    assert spent == Spent("minutes", 2, 2.0)
    assert spent.words == "the budget of 2 minutes is spent: 2"
    assert ledger.spent(Budget()) is None


@given(answers, st.integers(1, 10**7), st.floats(0.01, 1000))
def test_what_is_spent_stays_spent(answers: list[tuple[str, Took]], tokens: int, dollars: float):
    budget, ledger, before = Budget(tokens=tokens, dollars=dollars), Ledger(), False
    for role, took in answers:
        ledger.add(role, took)
        now = ledger.spent(budget) is not None
        assert now or not before
        before = now
    taken = ledger.totals()
    assert before >= (taken["input_tokens"] + taken["output_tokens"] >= tokens)


def test_a_budget_of_dollars_needs_prices(tmp_path: Path):
    local = ModelChoice("qwen3:32b", "http://localhost:11434/v1")
    choices = [ModelChoice(), ModelChoice("openai:gpt-4o"), local, local]
    require_prices(Budget(minutes=1, tokens=5), Prices.load(), choices)
    require_prices(Budget(dollars=1), Prices.load(), choices[:2])

    with pytest.raises(UsageError, match=r"the price of qwen3:32b is not known") as caught:
        require_prices(Budget(dollars=1), Prices.load(), choices)
    assert "--prices" in caught.value.remedy

    path = tmp_path / "prices.json"
    path.write_text('{"models": {"qwen3:32b": {"input": 0.1, "output": 0.1}}}')
    require_prices(Budget(dollars=1), Prices.load(path), choices)
