"""What a summary says of a session, from events written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from agent.summary import Taken, summarise
from memory import Event


class Log:
    """Events, a second apart."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.clock = 0

    def __call__(self, kind: str, number: int = 0, **data: Any) -> Log:
        self.clock += 1
        at = f"2026-01-01T00:{self.clock // 60:02}:{self.clock % 60:02}+00:00"
        self.events.append(Event(kind=kind, session="s-1", round=number, at=at, data=data))
        return self

    def proposed(self, number: int, name: str) -> Log:
        self("proposed", number, name=name, title=name.title(), instruction=f"do {name}")
        return self("novelty", number, name=name, phase="proposal", novel=True, reason="far")

    def program(self, number: int, name: str, repair: int, stage: str, *codes: str) -> Log:
        """A program that fails at this stage with these codes; without codes it is proved."""
        found = [{"code": code, "stage": stage, "message": f"{code} here", "line": 3} for code in codes]
        self("coded", number, name=name, code=f"program {repair}", references=[], repair=repair)
        return self(
            "verdict", number, name=name, repair=repair, accepted=not codes, stage=stage, diagnostics=found, pictures={}
        )


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_funnel_counts_each_candidate_once_by_the_furthest_that_it_came(log) -> None:
    log.proposed(1, "kept").program(1, "kept", 0, "build", "overlap").program(1, "kept", 1, "hold")
    log("committed", 1, name="kept-2", title="Kept", instruction="do kept")
    log("proposed", 2, name="near")("novelty", 2, name="near", phase="proposal", novel=False, reason="near")
    log("rejected", 2, name="near", reason="not-novel", detail="near")
    log.proposed(2, "broken").program(2, "broken", 0, "parse", "not-python")
    log("rejected", 2, name="broken", reason="failed-parse", detail="not-python")
    log.proposed(3, "stuck").program(3, "stuck", 0, "solve", "not-reached").program(3, "stuck", 1, "screen", "x")
    log("rejected", 3, name="stuck", reason="failed-screen", detail="x")
    log.proposed(4, "dull").program(4, "dull", 0, "hold")
    log("rejected", 4, name="dull", reason="not-worth-it", detail="the critic")
    found = summarise(log.events)
    assert found.funnel.model_dump() == {
        "proposed": 5,
        "novel": 4,
        "parsed": 3,
        "built": 3,
        "solved": 2,
        "held": 2,
        "accepted": 1,
    }
    assert found.accepted == ("kept-2",)
    assert found.first_try.model_dump() == {"programs": 4, "parsed": 3, "built": 2, "solved": 1, "held": 1}
    assert found.first_try.parsed_share == 0.75
    assert [len(round_.candidates) for round_ in found.rounds] == [1, 2, 1, 1]


def test_towards_a_goal_a_near_proposal_counts_as_novel_when_it_goes_on(log) -> None:
    log("proposed", 1, name="near")("novelty", 1, name="near", phase="proposal", novel=False, reason="near")
    log.program(1, "near", 0, "screen", "overlap")
    assert summarise(log.events).funnel.novel == 1


def test_rounds_side_by_side_are_told_apart(log) -> None:
    log.proposed(1, "one").proposed(2, "two")
    log.program(2, "two", 0, "parse", "not-python").program(1, "one", 0, "hold")
    log("committed", 1, name="one", title="One", instruction="do one")
    log("rejected", 2, name="two", reason="failed-parse", detail="not-python")
    one, two = summarise(log.events).candidates
    assert (one.task, one.reason, two.task, two.reason) == ("one", "", "", "failed-parse")


def test_repairs_help_when_a_program_comes_further_and_the_codes_that_went_away_are_counted(log) -> None:
    log.proposed(1, "mended")
    for repair, (stage, codes) in enumerate((("screen", ["a", "b"]), ("build", ["a"]), ("build", ["c"]), ("hold", []))):
        log.program(1, "mended", repair, stage, *codes)
    log.proposed(2, "lost").program(2, "lost", 0, "screen", "b").program(2, "lost", 1, "parse", "d")
    found = summarise(log.events)
    assert found.repairs.model_dump() == {
        "attempted": 4,
        "helped": 2,
        "candidates": 2,
        "proved": 1,
        "codes": {"b": 1, "c": 1},
    }


def test_rejections_are_counted_by_reason_and_by_the_errors_of_the_last_program(log) -> None:
    for number, codes in ((1, ["overlap", "overlap", "unstable"]), (2, ["overlap"])):
        log.proposed(number, "a").program(number, "a", 0, "screen", "gone").program(number, "a", 1, "build", *codes)
        log("rejected", number, name="a", reason="failed-build", detail="")
    log("rejected", 3, name="", reason="no-answer", detail="silence")
    log.proposed(3, "b").program(3, "b", 0, "hold")("rejected", 3, name="b", reason="declined", detail="no")
    found = summarise(log.events)
    assert found.rejected == {"failed-build": 2, "declined": 1, "no-answer": 1}
    assert found.rejected_by_code == {"overlap": 2, "unstable": 1}
    assert found.rounds[2].unproposed[0].detail == "silence"


def test_warnings_are_no_errors(log) -> None:
    log.proposed(1, "a")("coded", 1, name="a", code="", repair=0)
    found = [{"code": "crowded", "stage": "build", "severity": "warning", "message": "crowded"}]
    log("verdict", 1, name="a", repair=0, accepted=False, stage="solve", diagnostics=found)
    log("rejected", 1, name="a", reason="failed-solve", detail="")
    assert summarise(log.events).rejected_by_code == {}


def test_what_a_kill_had_done_twice_counts_once(log) -> None:
    log("round-started", 1).proposed(1, "first")("session-resumed").proposed(1, "again")
    log.program(1, "again", 0, "build", "overlap").program(1, "again", 0, "build", "overlap")
    log("rejected", 1, name="again", reason="failed-build", detail="overlap")
    log("rejected", 1, name="again", reason="failed-build", detail="overlap")
    found = summarise(log.events)
    assert found.funnel.proposed == 1
    assert found.rejected == {"failed-build": 1}
    log("session-resumed")("round-started", 1).proposed(1, "anew")
    assert [candidate.name for candidate in summarise(log.events).candidates] == ["anew"]


def test_a_rejection_without_a_proposal_that_is_told_again_after_a_kill_counts_once(log) -> None:
    log("round-started", 1)("rejected", 1, name="", reason="no-answer", detail="silence", attempt=0)
    log("rejected", 1, name="", reason="no-answer", detail="silence", attempt=1)
    log("session-resumed")("rejected", 1, name="", reason="no-answer", detail="silence", attempt=1)
    assert summarise(log.events).rejected == {"no-answer": 2}


def test_a_commit_that_was_noted_at_the_end_alone_counts(log) -> None:
    log.proposed(1, "kept").program(1, "kept", 0, "hold")
    log("session-finished", 1, accepted=["kept"], rejected={}, details=[], usage={})
    found = summarise(log.events)
    assert found.accepted == ("kept",)
    assert found.funnel.accepted == 1


def test_usage_is_summed_by_role_with_faults_and_shared_among_the_accepted(log) -> None:
    took = {"calls": 2, "tool_calls": 1, "input_tokens": 100, "output_tokens": 20, "cost_usd": 0.25, "seconds": 1.5}
    log("asked", 1, role="coder", **took, faults={"rate-limit": 2})
    log("asked", 1, role="coder", repair=1, **took, faults={})
    log("asked", 1, role="critic", **took, faults={"rate-limit": 1, "refusal": 1})
    for name in ("one", "two"):
        log("committed", 1, name=name)
    found = summarise(log.events)
    assert found.usage_by_role["coder"] == Taken(
        calls=4,
        tool_calls=2,
        input_tokens=200,
        output_tokens=40,
        cost_usd=0.5,
        seconds=3.0,
        faults={"rate-limit": 2},
    )
    assert found.usage.cost_usd == 0.75
    assert found.usage.faults == {"rate-limit": 3, "refusal": 1}
    assert found.usage_per_task is not None
    assert found.usage_per_task["tokens"] == 180
    assert found.usage_per_task["cost_usd"] == 0.375


def test_a_cost_of_which_a_part_is_unknown_is_unknown(log) -> None:
    log("asked", 1, role="coder", calls=1, cost_usd=0.5)("asked", 1, role="critic", calls=1, cost_usd=None)
    found = summarise(log.events)
    assert found.usage.cost_usd is None
    assert found.usage_by_role["coder"].cost_usd == 0.5


def test_time_between_two_runs_and_while_a_person_is_asked_is_not_time_at_work(log) -> None:
    log("session-started")("round-started", 1)
    log.clock += 30
    log("session-resumed")("approval-needed", 1)
    log.clock += 20
    log("committed", 1, name="a")("session-finished")
    assert summarise(log.events).seconds == pytest.approx(3.0)


def test_what_a_session_is_asked_and_how_it_ended_is_told(log) -> None:
    log("session-started", mode="make", goal="build a house", rounds=None, model="openai:x")
    steps = [{"goal": "put a block", "why": "first", "builds_on": []}]
    log("planned", steps=steps)("budget-spent", 1, what="tokens", limit=10, spent=12)
    assert summarise(log.events).state == "stopped"
    assert summarise(log("approval-needed", 1, name="a").events).state == "waiting"
    diversity = {"before": {"tasks": 3, "vendi": 2.5}, "after": {"tasks": 4, "vendi": 3.5}}
    log("session-finished", accepted=[], rejected={}, details=[], usage={}, goal_reached=False, diversity=diversity)
    found = summarise(log.events)
    assert (found.mode, found.goal, found.state, found.goal_reached) == ("make", "build a house", "finished", False)
    assert found.plan[0]["goal"] == "put a block"
    assert found.budgets[0]["spent"] == 12
    assert found.diversity == diversity


def test_logs_of_older_versions_give_what_is_in_them(log) -> None:
    assert summarise([]).funnel.proposed == 0
    log("session-started")("round-started", 1)("proposed", 1, name="a")("novelty", 1, name="a", novel=True)
    log("coded", 1, name="a")("verdict", 1, name="a", accepted=False)("rejected", 1, name="a")
    log("session-finished", accepted=[], usage={"calls": 7, "input_tokens": 5})
    found = summarise(log.events)
    assert found.funnel.novel == 1
    assert found.funnel.parsed == 0
    assert found.usage.calls == 7
    assert found.usage_by_role == {}
    assert found.usage.cost_usd is None
