"""A language model's mistakes are remembered, and a later session is told what mended them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from agent_workshop import library_of, program, proposal, served
from openai_server import (
    COMPLETION_TOKENS,
    PROMPT_TOKENS,
    ChatServer,
    Message,
    Request,
    Roles,
    brief,
    call,
    told,
    vote,
)

from agent.provenance import prompt_version
from memory import FailureStore, MiniLM

GOAL, NEAR_GOAL = "put the red ball into the blue bowl", "put the two red balls into the two blue bowls"
NO_MORE = call("CannotPropose", reason="no more ideas")


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "SIMSMITH_MODEL", "SIMSMITH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it: these tests need no human-made tasks."""
    return tmp_path / "home"


@pytest.fixture
def failures(home: Path, minilm: MiniLM) -> FailureStore:
    return FailureStore(home, minilm)


def misspelt(goal: str = GOAL) -> str:
    return program(goal).replace("bowl/bowl.urdf", "bowl/bowls.urdf")


def candidate(code: str) -> Message:
    return call("Candidate", code=code, references=[])


def first_wrong(goal: str = GOAL) -> Any:
    """A coder who misspells an asset at first, and mends it when it is told."""
    return lambda request: candidate(program(goal) if "diagnostics" in brief(request) else misspelt(goal))


def once(goal: str = GOAL) -> Any:
    """A proposer who has one idea."""
    ideas = [call("Proposal", **proposal(goal))]
    return lambda _: ideas.pop() if ideas else NO_MORE


def coder_briefs(server: ChatServer) -> list[dict[str, Any]]:
    """What the coder was given, once for each program."""
    return [brief(request) for request in server.of_role("Candidate") if not told(request)]


def test_a_later_session_is_told_what_mended_an_earlier_ones_mistake(serve, home, failures, open_session):
    server = serve(Roles(once(), first_wrong()))
    list(open_session(home, served(server.url), "first").run())

    (failure,) = failures.all()
    assert failure.codes == ("unknown-asset",)
    assert failure.program.strip() == misspelt().strip()
    assert failure.verdict is not None
    assert not failure.verdict.accepted
    assert (failure.sightings[0].session, failure.sightings[0].model) == ("first", "test-model")
    assert failure.repair is not None
    assert failure.repair.accepted
    assert failure.repair.program.strip() == program().strip()
    assert all("lessons" not in given for given in coder_briefs(server)), "there was nothing to learn from yet"

    server = serve(Roles(once(NEAR_GOAL), first_wrong(NEAR_GOAL)))
    session = open_session(home, served(server.url), "second")
    events = list(session.run())
    writing, mending = coder_briefs(server)

    for given in (writing, mending):
        (lesson,) = given["lessons"]
        assert lesson["code"] == "unknown-asset"
        assert "bowl/bowls.urdf" in lesson["what_was_wrong"]
        taken, put = lesson["what_mended_it"]
        assert taken.startswith("-")
        assert "bowl/bowls.urdf" in taken
        assert put == taken.replace("-", "+", 1).replace("bowls.urdf", "bowl.urdf")
    assert [event.data["lessons"] for event in events if event.kind == "coded"] == [[failure.id]] * 2

    (accepted,) = session.outcome()["accepted"]
    made = library_of(home, MiniLM()).get(accepted).provenance
    assert made is not None
    assert made.lessons == (failure.id,)
    assert made.repairs == 1


def test_a_task_is_committed_with_how_it_came_about_and_what_it_took(serve, home, library, open_session):
    list(open_session(home, served(serve(Roles(once(), candidate(program()))).url), "first").run())

    def write(request: Request) -> Message:
        heard = told(request)
        if not heard:
            return call("read_task", name="put-ball-into-bowl")
        if len(heard) == 1:
            return call("read_task", name="no-such-task")
        return call("Candidate", code=program("stack three blue blocks"), references=["put-ball-into-bowl"])

    twice = [call("Proposal", **proposal()), call("Proposal", **proposal("stack three blue blocks"))]
    server = serve(Roles(lambda _: twice.pop(0), write))
    session = open_session(home, served(server.url), "second")
    list(session.run())

    (accepted,) = session.outcome()["accepted"]
    record = library.get(accepted)
    assert record.parents == ("put-ball-into-bowl",)
    assert record.provenance is not None
    made = record.provenance
    assert made.model == "openai:test-model"
    assert made.prompt_version == prompt_version()
    assert made.references == ("put-ball-into-bowl",), "what it asked for and did not get does not count"
    assert made.repairs == 0
    # The proposal that was not new belongs to the same round.
    asked = len(server.requests)
    assert asked == 2 * 2 + 3 + 3
    assert (made.calls, made.input_tokens, made.output_tokens) == (
        asked,
        asked * PROMPT_TOKENS,
        asked * COMPLETION_TOKENS,
    )
    assert made.cost_usd is None
    assert made.seconds > 0


def test_the_second_round_does_not_pay_for_the_first(serve, home, library, open_session):
    goals = [GOAL, "stack three blue blocks"]
    server = serve(
        Roles(
            lambda request: call("Proposal", **proposal(goals[brief(request)["round"] - 1])),
            lambda request: candidate(program(goals[brief(request)["proposal"]["name"] != "put-ball-into-bowl"])),
        )
    )
    session = open_session(home, served(server.url, rounds=2))
    list(session.run())

    records = [library.get(name) for name in session.outcome()["accepted"]]
    assert [record.provenance.calls for record in records] == [6, 6]
    assert session.outcome()["usage"]["calls"] == 12


def test_the_cost_is_kept_where_the_server_says_it(serve, home, library, open_session, monkeypatch):
    import openai_server

    plain = openai_server._completion

    def priced(request: Request, message: Message) -> dict[str, Any]:
        answer = plain(request, message)
        return answer | {"usage": answer["usage"] | {"cost": 0.002}}

    monkeypatch.setattr(openai_server, "_completion", priced)
    session = open_session(home, served(serve(Roles(once(), candidate(program()))).url))
    list(session.run())

    (accepted,) = session.outcome()["accepted"]
    assert library.get(accepted).provenance.cost_usd == pytest.approx(0.012)
    assert session.outcome()["usage"]["cost_usd"] == pytest.approx(0.012)


def test_every_rejected_candidate_is_remembered_with_its_program_and_verdict(serve, home, failures, open_session):
    ideas = [
        call("Proposal", **proposal()),
        call("Proposal", **proposal("stack three blue blocks")),
        call("Proposal", **proposal(title="Put the green ball into it", name="again")),
        NO_MORE,
    ]

    def criticise(request: Request) -> Message:
        keep = "ball" in brief(request)["proposal"]["name"]
        return vote(keep=keep, reason="as good as any" if keep else "towers are dull")

    def write(request: Request) -> Message:
        tower = "stack" in brief(request)["proposal"]["name"]
        return candidate(program("stack three blue blocks") if tower else program())

    session = open_session(home, served(serve(Roles(lambda _: ideas.pop(0), write, criticise)).url, rounds=2))
    list(session.run())

    assert session.outcome()["accepted"] == ["put-ball-into-bowl"]
    (dull,) = failures.by_code("not-worth-it")
    assert dull.detail == "towers are dull"
    assert dull.program.strip() == program("stack three blue blocks").strip()
    assert dull.verdict is not None
    assert dull.verdict.accepted
    (near,) = failures.by_code("not-novel")
    assert "put-ball-into-bowl" in near.detail


def test_a_program_that_is_never_mended_is_remembered_as_often_as_it_was_written(serve, home, failures, open_session):
    server = serve(Roles(once(), candidate(misspelt())))
    list(open_session(home, served(server.url)).run())

    (failure,) = failures.all()
    assert failure.count == 4
    assert [item.repair for item in failure.sightings] == [0, 1, 2, 3]
    assert failure.repair is None
    assert all("lessons" not in given for given in coder_briefs(server)), "its own failure teaches it nothing new"


KILLED = """
import os, pathlib, signal, sys
sys.path[:0] = sys.argv[3:]
from agent.experience import Experience
from agent_workshop import opened, served
from memory import MiniLM
judged = Experience.judged
def killed_after(self, state, verdict):
    judged(self, state, verdict)
    os.kill(os.getpid(), signal.SIGKILL)
Experience.judged = killed_after
with opened(pathlib.Path(sys.argv[1]), served(sys.argv[2]), "session-1", MiniLM()) as session:
    list(session.run())
"""


def test_a_session_killed_when_it_has_remembered_counts_nothing_twice(serve, home, failures, open_session):
    here = Path(__file__).resolve().parent
    server = serve(Roles(once(), first_wrong()))
    command = [sys.executable, "-c", KILLED, str(home), server.url, str(here), str(here.parents[1])]
    assert subprocess.run(command, env=dict(os.environ), check=False).returncode == -signal.SIGKILL
    (before,) = failures.all()
    assert (before.count, before.repair) == (1, None)

    session = open_session(home, served(server.url))
    list(session.run())

    assert session.outcome()["accepted"] == ["put-ball-into-bowl"]
    (after,) = failures.all()
    assert (after.id, after.count) == (before.id, 1)
    assert after.repair is not None
    assert after.repair.accepted
