"""The critic's votes, and the proposer's diligence, with a server that answers as it is told."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from agent_workshop import mind_of, program, proposal, served
from openai_server import (
    LOOK_AROUND,
    ChatServer,
    Message,
    Request,
    Roles,
    brief,
    call,
    calls,
    say,
    told,
    vote,
)

from agent.answers import Critique, Proposal
from agent.briefs import proposal_brief, review_brief
from agent.critic import VOTES, Judgement, criticise, judged, vote_of
from agent.models import Models, Voice, load_model
from agent.place import Place
from agent.proposer import propose
from agent.roles import NoAnswer
from agent.session import Settings
from memory import Novelty
from sim.verdict import SeedSummary, Verdict

NOVEL = Novelty(novel=True, reason="new", nearest=())
PROVED = Verdict(
    accepted=True,
    stage="hold",
    seeds=SeedSummary(run=10, passed=10, rate=1.0, wilson_low=0.7),
    instructions=("put the red ball into the blue bowl",),
    assets=("bowl/bowl.urdf", "ball/ball.urdf"),
)
YES, NO, GARBAGE = vote(), vote(keep=False, reason="dull"), say("Sure, keep it!")
UNCHECKED = call("Critique", keep=True, reason="I like it")


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it."""
    return tmp_path / "home"


def review(verdict: Verdict = PROVED, **changes: Any) -> dict[str, Any]:
    return review_brief(proposal=proposal(**changes), code=program(), verdict=verdict, novelty=NOVEL)


def by_sample(*messages: Message) -> Any:
    """A critic whose votes are these, in order."""
    return lambda request: messages[brief(request)["sample"]]


@pytest.mark.parametrize(
    ("votes", "kept"),
    [
        ((YES, YES, YES), True),
        ((YES, NO, YES), True),
        ((YES, NO, NO), False),
        ((YES, GARBAGE, YES), True),
        ((YES, GARBAGE, GARBAGE), False),
        ((YES, UNCHECKED, NO), False),
        ((GARBAGE, GARBAGE, GARBAGE), False),
        ((YES, vote(worth_learning=False), vote(instruction_matches_goals=False)), False),
        ((YES, vote(keep="perhaps"), NO), False),
        ((YES, calls(("Critique", {"keep": True}), ("Critique", {"keep": False})), NO), False),
    ],
)
def test_most_votes_have_to_say_yes_and_what_cannot_be_read_says_no(votes, kept, serve, home, minilm):
    server = serve(Roles(criticise=by_sample(*votes)))
    judgement, usages = criticise(mind_of(home, served(server.url), minilm), Place("critic", 1), review())
    assert judgement.keep is kept
    assert len(judgement.votes) == len(usages) == VOTES
    assert sum(usage.calls for usage in usages) == len(server.requests)
    assert {brief(request)["sample"] for request in server.requests} == {0, 1, 2}
    assert judgement.reason


def test_as_many_votes_are_asked_for_as_the_caller_wants_and_a_tie_is_a_no(serve, home, minilm):
    server = serve(Roles(criticise=by_sample(YES, NO)))
    mind = mind_of(home, served(server.url), minilm)
    judgement, _ = criticise(mind, Place("critic", 1), review(), votes=2)
    assert not judgement.keep
    assert judgement.reason == "dull (1 of 2 votes for it)"
    assert judgement.told() == {
        "keep": False,
        "reason": judgement.reason,
        "votes": [{"keep": True, "reason": "good practice"}, {"keep": False, "reason": "dull"}],
    }


def test_a_yes_that_contradicts_its_own_checks_is_a_no_that_says_so():
    said = Critique(instruction_matches_goals=True, worth_learning=False, keep=True, reason="fine")
    counted = vote_of(said, shown=False)
    assert not counted.keep
    assert counted.reason == "there is nothing in it to learn (fine)"


@pytest.mark.parametrize(
    ("said", "shown", "kept"),
    [(True, True, True), (False, True, False), (None, True, False), (None, False, True), (False, False, True)],
)
def test_pictures_count_only_for_who_was_shown_them(said: bool | None, shown: bool, kept: bool):
    critique = Critique(
        instruction_matches_goals=True, picture_matches=said, worth_learning=True, keep=True, reason="fine"
    )
    assert vote_of(critique, shown=shown).keep is kept


def shown(request: Request) -> list[str]:
    """The pictures in a request."""
    content = next(message["content"] for message in request["messages"] if message["role"] == "user")
    return [part["image_url"]["url"] for part in content if part["type"] == "image_url"]


def test_a_critic_that_sees_is_shown_the_pictures_and_has_to_say_what_is_on_them(serve, home, minilm, tmp_path):
    pictures = [tmp_path / f"{name}.png" for name in ("before", "after")]
    for picture in pictures:
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + picture.stem.encode())
    server = serve(Roles(criticise=by_sample(vote(picture_matches=True), vote(picture_matches=None))))
    mind = mind_of(home, served(server.url), minilm)
    choice = mind.models.choice("critic")
    seeing = replace(mind, models=Models(Voice(choice, load_model(choice), sees=True), {}))
    judgement, _ = criticise(seeing, Place("critic", 1), review(), pictures, votes=2)
    assert [vote.keep for vote in judgement.votes] == [True, False]
    for request in server.requests:
        assert shown(request) == [
            f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}" for picture in pictures
        ]


def test_no_votes_keep_nothing():
    assert judged([]) == Judgement(keep=False, reason="", votes=())
    assert not vote_of(NoAnswer("silence"), shown=False).keep


@pytest.mark.parametrize(
    ("brief_of", "kept", "why"),
    [
        (review(), True, "solved on 10 of 10 seeds"),
        (review(Verdict(stage="solve")), False, "the proof failed"),
        (review(PROVED.model_copy(update={"instructions": ("put the ball away",)})), False, "does not say red"),
        (review(PROVED.model_copy(update={"assets": ("ball/ball.urdf",)})), False, "the scene has no bowl"),
    ],
)
def test_the_composer_judges_by_rules_with_one_vote(brief_of, kept, why, home, minilm):
    judgement, usages = criticise(mind_of(home, Settings(), minilm), Place("critic", 1), brief_of)
    assert judgement.keep is kept
    assert why in judgement.reason
    assert len(usages) == 1


# -- looking before answering ----------------------------------------------------------------------------------------


def asked(server: ChatServer, home: Path, minilm: Any) -> tuple[Any, Any]:
    told_of = proposal_brief(seed=1, round=1, attempt=0, library={"names": []})
    return propose(mind_of(home, served(server.url), minilm), Place("proposer", 1), told_of)


def test_a_proposal_that_was_not_looked_up_is_sent_back_once_with_the_reason(serve, home, minilm):
    server = serve(Roles(call("Proposal", **proposal()), looks=False))
    answer, usage = asked(server, home, minilm)
    assert isinstance(answer, Proposal), "who insists is heard"
    assert usage.calls == len(server.requests) == 2
    (reason,) = told(server.requests[1])
    assert "`search_tasks` and `check_novelty`" in reason


def test_only_what_is_missing_is_demanded_and_what_failed_does_not_count(serve, home, minilm):
    def gropes(request: Request) -> Message:
        if not told(request):
            return calls(("search_tasks", {"query": "balls"}), ("check_novelty", {"title": 3}))
        return call("Proposal", **proposal())

    server = serve(Roles(gropes, looks=False))
    answer, _ = asked(server, home, minilm)
    assert isinstance(answer, Proposal)
    assert "Call `check_novelty` first" in told(server.requests[2])[-1]


def test_who_answers_beside_the_questions_sees_their_answers_first(serve, home, minilm):
    hasty = {**LOOK_AROUND, "tool_calls": [*LOOK_AROUND["tool_calls"], *call("Proposal", **proposal())["tool_calls"]]}
    server = serve(Roles(lambda request: call("Proposal", **proposal()) if told(request) else hasty, looks=False))
    answer, usage = asked(server, home, minilm)
    assert isinstance(answer, Proposal)
    assert usage.calls == 2
    assert len(told(server.requests[1])) == 3, "both were answered, and the proposal was sent back"


def test_a_diligent_proposal_and_a_word_that_it_cannot_be_done_are_taken_at_once(serve, home, minilm):
    server = serve(Roles(call("Proposal", **proposal())))
    assert asked(server, home, minilm)[1].calls == 2
    server = serve(Roles(call("CannotPropose", reason="shirts do not fold here"), looks=False))
    assert asked(server, home, minilm)[1].calls == 1
