"""Manners of endpoints: found out by asking them, remembered, and asked anew when they do not hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from agent_asking import KEPT, RATE, YES, criticise, in_turn, mind_at
from agent_workshop import program, proposal
from openai_server import CUT, PROMPT_TOKENS, Can, Fault, Message, Raw, Refusal, brief, call

from agent.answers import Candidate, CannotPropose, Proposal
from agent.place import Place
from agent.roles import ask
from sim.errors import EnvironmentBroken


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


MANNERS: dict[str, tuple[Can, str]] = {
    "tools": (Can(), "tools"),
    "tools that cannot be forced": (Can(forced=False), "tools"),
    "no tools, but schemas": (Can(tools="refused"), "schema"),
    "tools ignored, but schemas": (Can(tools="ignored"), "schema"),
    "neither": (Can(tools="refused", schema="refused"), "text"),
    "both ignored": (Can(tools="ignored", schema="ignored"), "text"),
}


@pytest.mark.parametrize(("can", "manner"), MANNERS.values(), ids=list(MANNERS))
def test_a_role_is_answered_in_the_manner_that_the_endpoint_understands(can: Can, manner: str, serve):
    server = serve(lambda _: YES, can)
    mind = mind_at(server.url)
    answer, usage = criticise(mind)

    assert mind.models.of("critic").manner == manner
    assert answer == KEPT
    assert usage.faults == {}
    assert len(server.requests) == 1, "the probes are not counted"
    assert brief(server.requests[0])["code"]
    assert ("tools" in server.requests[0]) == (manner == "tools")
    assert ("response_format" in server.requests[0]) == (manner == "schema")


@pytest.mark.parametrize("can", [can for can, _ in MANNERS.values()], ids=list(MANNERS))
@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ((Proposal, CannotPropose), call("Proposal", **proposal())),
        ((Proposal, CannotPropose), call("CannotPropose", reason="cloth cannot be folded", nearest="stack blocks")),
        ((Candidate,), call("Candidate", code=program())),
    ],
    ids=["a proposal", "no proposal", "a program"],
)
def test_every_answer_can_be_given_in_every_manner(answers: Any, message: Message, can: Can, serve):
    server = serve(lambda _: message, can)
    answer, _ = ask(mind_at(server.url), Place("critic", 1), ("read_task",), answers, {"goal": "x"})
    function = message["tool_calls"][0]["function"]

    assert type(answer).__name__ == function["name"]
    given = json.loads(function["arguments"])
    assert answer.model_dump(include=set(given)) == given


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        (Refusal(401, "bad key"), "refuses the key"),
        (Refusal(404, "no such model"), "has no model"),
        (Refusal(500, "boom"), "fails: boom"),
        (RATE, "limits the rate"),
        (CUT, "cannot be reached"),
        (Raw("<html><body>Welcome</body></html>", "text/html"), "does not answer as a chat model"),
        (Raw('{"choices": [{'), "does not answer as a chat model"),
        (Raw('{"object": "list", "data": []}'), "does not answer as a chat model"),
    ],
    ids=["401", "404", "500", "429", "cut", "a web page", "broken JSON", "other JSON"],
)
def test_an_endpoint_that_fails_when_it_is_first_asked_is_told_in_plain_words(fault: Fault, broken: str, serve):
    server = serve(lambda _: YES)
    server.answer = lambda _: fault
    with pytest.raises(EnvironmentBroken) as caught:
        criticise(mind_at(server.url))
    assert broken in caught.value.message


def test_an_endpoint_that_thinks_long_is_let_finish(serve):
    server = serve(lambda _: YES)
    answered = server.answer
    cut_off = {"role": "assistant", "content": "", "finish_reason": "length"}
    server.answer = lambda request: cut_off if "max_tokens" in request else answered(request)
    assert criticise(mind_at(server.url))[0] == KEPT


def test_an_answer_by_schema_that_is_cut_off_is_paid_for_and_asked_again(serve):
    cut_off = {"role": "assistant", "content": '{"keep": tr', "finish_reason": "length"}
    server = serve(in_turn(cut_off, YES), Can(tools="refused"))
    answer, usage = criticise(mind_at(server.url))

    assert answer == KEPT
    assert usage.faults == {"cut-off": 1}
    assert usage.input_tokens == 2 * PROMPT_TOKENS
    assert "cut off" in str(server.requests[1]["messages"][-1]["content"])


def test_what_an_endpoint_can_do_is_asked_once_and_remembered(serve, tmp_path):
    memo = tmp_path / "endpoints.json"
    server = serve(lambda _: YES, Can(tools="refused", sees=True))
    criticise(mind_at(server.url, memo=memo))
    asked = len(server.probes)
    mind = mind_at(server.url, memo=memo)
    criticise(mind)

    assert len(server.probes) == asked
    assert (mind.models.of("critic").manner, mind.models.of("critic").sees) == ("schema", True)
    assert json.loads(memo.read_text())[f"{server.url} test-model"]["manner"] == "schema"


def test_an_endpoint_that_does_not_understand_any_more_is_asked_anew(serve, tmp_path):
    memo = tmp_path / "endpoints.json"
    server = serve(lambda _: YES)
    criticise(mind_at(server.url, memo=memo))
    server.can = Can(tools="refused")
    answer, usage = criticise(mind_at(server.url, memo=memo))

    assert answer == KEPT
    assert usage.faults == {"manner": 1}
    assert json.loads(memo.read_text())[f"{server.url} test-model"]["manner"] == "schema"


@pytest.mark.parametrize("written", ["", "no JSON", "[]", '{"x": 1}'])
def test_a_damaged_memo_is_as_good_as_none(written: str, serve, tmp_path):
    memo = tmp_path / "endpoints.json"
    memo.write_text(written)
    server = serve(lambda _: YES)
    assert criticise(mind_at(server.url, memo=memo))[0] == KEPT
    assert json.loads(memo.read_text())[f"{server.url} test-model"]["manner"] == "tools"
