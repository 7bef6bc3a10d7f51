"""The whole loop with the built-in composer: real embeddings, real library, real proofs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from agent_workshop import EXPLORED, kinds, library_of, programs

from agent.session import Settings
from memory import Event, EventLog, MiniLM, TaskLibrary, session_ids
from sim.errors import UsageError

ROUND = [
    "round-started",
    "asked",
    "proposed",
    "novelty",
    "asked",
    "coded",
    "verdict",
    "novelty",
    "asked",
    "reviewed",
    "committed",
]


def new_tasks(library: TaskLibrary, seeded: Path) -> set[str]:
    return set(library.names()) - {path.name for path in (seeded / "library").iterdir()}


def test_what_a_session_accepts_is_in_the_library_with_its_proof(explored, seeded, minilm):
    home, events = explored
    library = library_of(home, minilm)
    accepted = [event.data["name"] for event in events if event.kind == "committed"]

    assert len(accepted) == EXPLORED.rounds
    assert new_tasks(library, seeded) == set(accepted)
    for name in accepted:
        record = library.get(name)
        assert record.verdict is not None
        assert record.verdict.accepted
        assert record.verdict.seeds.passed >= 9
        assert record.verdict.seeds.run == 10
        assert set(library.pictures(name)) == {"before", "after"}
        assert all(picture.startswith(b"\x89PNG") for picture in library.pictures(name).values())
        assert "(Task)" in record.code
        assert (record.origin, record.session) == ("composer", "session-1")
        assert record.parents == ()  # the grammar wrote it from nothing else
        assert [review.keep for review in record.reviews] == [True]
        assert record.instructions
        assert record.signature is not None
    assert library.check() == []


def test_the_log_tells_the_story_in_order(explored):
    home, events = explored
    logged = EventLog.of_session(home, "session-1").read()

    assert logged == events
    assert kinds(events)[0] == "session-started"
    assert kinds(events)[-1] == "session-finished"
    for number in (1, 2):
        told = [event for event in events if event.round == number and event.kind != "session-finished"]
        accepted = kinds(told)[-len(ROUND) - 1 :]
        assert accepted[1:] == [*ROUND[1:], "round-finished"]
        assert kinds(told)[0] == "round-started"
    finished = events[-1].data
    assert finished["accepted"] == [event.data["name"] for event in events if event.kind == "committed"]
    assert finished["usage"]["calls"] > 0


def test_going_on_with_a_finished_session_changes_nothing(explored, open_session):
    home, events = explored
    session = open_session(home, EXPLORED)

    assert list(session.run()) == []
    assert session.finished
    assert EventLog.of_session(home, "session-1").read() == events


def test_the_same_seed_accepts_the_same_tasks(explored, home, library, minilm, open_session):
    session = open_session(home, replace(EXPLORED, rounds=1))
    list(session.run())

    (name,) = session.outcome()["accepted"]
    assert name == explored[1][-1].data["accepted"][0]
    assert library.get(name).code == library_of(explored[0], minilm).get(name).code


def test_a_killed_session_goes_on_as_if_nothing_had_happened(explored, home, library, minilm, open_session):
    """Killed while it commits, resumed, killed after the commit, and resumed again."""
    settings = ["--rounds", str(EXPLORED.rounds), "--seed", str(EXPLORED.seed)]
    name = run_until("reviewed", home, "explore", *settings)
    assert run_until("committed", home, "sessions", "resume", name) == name
    before = logged(home, name)
    assert "session-finished" not in kinds(before)

    list(open_session(home, Settings.noted(before[0].data), name).run())

    assert programs(library) == programs(library_of(explored[0], minilm))
    assert library.check() == []
    events = logged(home, name)
    assert events[: len(before)] == before
    assert kinds(events).count("session-finished") == 1
    accepted = events[-1].data["accepted"]
    assert len(accepted) == len(set(accepted)) == EXPLORED.rounds


def run_until(kind: str, home: Path, *arguments: str) -> str:
    """Runs the command line, kills it when this event is in the log; returns the session's id."""
    command = [sys.executable, "-c", "from app.main import main; main()", *arguments, "--json", "--home", str(home)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SIMSMITH_", "OPENAI_"))}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        try:
            while child.poll() is None:
                for name in session_ids(home):
                    if kind in kinds(logged(home, name)):
                        return name
                time.sleep(0.02)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    raise AssertionError(f"the session ended before {kind}")


def logged(home: Path, name: str) -> list[Event]:
    return EventLog.of_session(home, name).read()


def test_a_session_that_is_left_while_it_commits_is_not_finished(home, library, open_session):
    session = open_session(home, Settings(rounds=1, seed=3))
    events = session.run()
    assert any(event.kind == "reviewed" for event in events)
    events.close()  # what Ctrl-C does

    assert not session.finished
    assert kinds(list(session.run()))[0] == "session-resumed"
    assert session.finished
    (name,) = session.outcome()["accepted"]
    assert name in library.names()


# -- towards a goal --------------------------------------------------------------------------------------------------


def test_making_the_same_goal_twice_finds_what_was_made(home, library, open_session):
    goal = Settings(mode="make", goal="put the red ball into the blue bowl", rounds=1)
    list(open_session(home, goal, "first").run())
    made = programs(library)
    assert "put-ball-into-bowl" in made

    again = open_session(home, goal, "second")
    list(again.run())

    assert again.finished
    assert again.outcome()["accepted"] == []
    assert again.outcome()["goal_task"] == "put-ball-into-bowl"
    assert again.outcome()["rejected"] == {"not-novel": 1}
    assert again.outcome()["details"][0]["detail"] == "the same program as put-ball-into-bowl"
    assert programs(library) == made


def test_the_last_task_towards_a_goal_is_the_goal_itself(home, library, open_session):
    session = open_session(home, Settings(mode="make", goal="stack three blue blocks on the green block", rounds=2))
    list(session.run())

    helper, goal = session.outcome()["accepted"]
    assert helper == "stack-two-blocks-on-block"
    assert library.get(goal).proposal["instruction"] == "stack the three blue blocks on the green block"


def test_a_goal_that_cannot_be_expressed_is_refused_with_a_way_out(home, library, open_session):
    before = programs(library)
    session = open_session(home, Settings(mode="make", goal="fold the towel", rounds=1))
    events = list(session.run())

    (rejected,) = [event.data for event in events if event.kind == "rejected"]
    assert rejected["reason"] == "cannot-propose"
    assert "fold the towel" in rejected["detail"]
    assert 'try "' in rejected["detail"]
    assert programs(library) == before


# -- approval --------------------------------------------------------------------------------------------------------

ASKED = Settings(mode="make", goal="stack a red block on a blue block", rounds=1, approve=True)


@pytest.mark.parametrize("answer", [False, True])
def test_nothing_is_committed_before_a_person_says_yes(answer: bool, home, library, open_session, minilm: MiniLM):
    before = programs(library)
    session = open_session(home, ASKED)
    events = list(session.run())

    assert session.waiting
    assert not session.finished
    assert kinds(events)[-1] == "approval-needed"
    assert all(Path(path).is_file() for path in events[-1].data["pictures"].values())
    assert programs(library) == before

    later = open_session(home, ASKED)  # as another process would open it
    assert later.waiting
    events = list(later.run(answer))

    assert later.finished
    assert not later.waiting
    assert (kinds(events)[0], kinds(events)[-1]) == ("answered", "session-finished")
    if answer:
        assert set(programs(library)) == {*before, "stack-block-on-block"}
    else:
        assert programs(library) == before
        assert later.outcome()["rejected"] == {"declined": 1}


def test_an_answer_to_nothing_is_wrong_use(home, library, open_session):
    before = programs(library)
    with pytest.raises(UsageError, match="has not asked anything"):
        list(open_session(home, ASKED).run(True))
    assert programs(library) == before
