"""Servers and models that misbehave: how each fault ends, asked of one role alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from agent_asking import KEPT, LOOK_UP, RATE, YES, criticise, in_turn, mind_at
from agent_workshop import HASTE, Critique, proposal
from openai_server import (
    CUT,
    HANG,
    Fault,
    Message,
    Raw,
    Refusal,
    Request,
    Script,
    call,
    calls,
    say,
)

from agent.answers import CannotPropose, Proposal
from agent.mending import SILENT, USELESS
from agent.place import Place
from agent.roles import MAX_CALLS, NoAnswer, ask
from sim.errors import EnvironmentBroken


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def unless(fine: Callable[[Request], bool], fault: Message | Fault) -> Script:
    """The fault, until a request is fine."""
    return lambda request: YES if fine(request) else fault


def length(request: Request) -> int:
    return sum(len(str(message["content"])) for message in request["messages"])


@dataclass(frozen=True)
class Case:
    """A fault and how it ends: with an answer, with no answer for a reason, or with a sentence for a person."""

    script: Script | Message | Fault
    answer: Critique | None = None
    why: str = ""
    broken: str = ""
    remedy: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    requests: int | None = None


TRIES = HASTE.retries + 1
TOO_LONG = Refusal(400, "This model's maximum context length is 4096 tokens", "context_length_exceeded")
LLAMA = Refusal(400, "the request exceeds the available context size. try increasing the context size")
ANTHROPIC = Refusal(400, "prompt is too long: 210000 tokens > 200000 maximum")

# What passes, and is waited for.
PASSING: dict[str, Case] = {
    "429, then fine": Case(in_turn(RATE, YES), KEPT, faults={"rate": 1}, requests=2),
    "500, then fine": Case(in_turn(Refusal(500, "boom"), YES), KEPT, faults={"server": 1}, requests=2),
    "503 twice, then fine": Case(in_turn(*[Refusal(503, "overloaded")] * 2, YES), KEPT, faults={"server": 2}),
    "a cut, then fine": Case(in_turn(CUT, YES), KEPT, faults={"cut": 1}, requests=2),
    "a hang, then fine": Case(in_turn(HANG, YES), KEPT, faults={"timeout": 1}, requests=2),
    "broken JSON, then fine": Case(in_turn(Raw('{"choices": [{'), YES), KEPT, faults={"unlike": 1}, requests=2),
}

# What does not pass: a sentence for the person.
LASTING: dict[str, Case] = {
    "401": Case(Refusal(401, "bad key"), broken="refuses the key", remedy="OPENAI_API_KEY", requests=1),
    "403": Case(Refusal(403, "not yours"), broken="refuses the key", remedy="OPENAI_API_KEY", requests=1),
    "404": Case(Refusal(404, "no such model"), broken="has no model 'openai:test-model'", remedy="--model", requests=1),
    "429": Case(RATE, broken="limits the rate: slow down", remedy="resume", requests=TRIES),
    "429 for an hour": Case(
        Refusal(429, "slow down", headers={"Retry-After": "3600"}),
        broken="limits the rate",
        remedy="wait 3600 s, then resume",
        requests=1,
    ),
    "429 for ever": Case(
        Refusal(429, "You exceeded your current quota", "insufficient_quota"), broken="no credit left", requests=1
    ),
    "500": Case(Refusal(500, "boom"), broken="fails: boom", remedy="later", requests=TRIES),
    "503": Case(Refusal(503, "overloaded"), broken="fails: overloaded", remedy="resume", requests=TRIES),
    "hang": Case(HANG, broken="does not answer in time", remedy="faster model", requests=2),
    "cut": Case(CUT, broken="cannot be reached", remedy="--base-url", requests=TRIES),
    "broken JSON": Case(Raw('{"choices": [{'), broken="does not answer as a chat model", remedy="/v1", requests=2),
    "a web page": Case(
        Raw("<html><body>Welcome</body></html>", "text/html"), broken="does not answer as a chat model", requests=2
    ),
    "no choices": Case(Raw("{}"), broken="does not answer as a chat model", requests=2),
    "a list": Case(Raw("[1, 2]"), broken="does not answer as a chat model", requests=2),
    "400": Case(Refusal(400, "temperature must be 1"), broken="refuses the request: temperature must be 1"),
}

TWICE = calls(("Critique", {"keep": True, "reason": "a"}), ("Critique", {"keep": False, "reason": "b"}))
HUGE = "x" * 10_000_000
# What a model says that cannot be used, and nothing else however often it is asked.
HOPELESS: dict[str, Case] = {
    "words": Case(say("Sure, keep it!"), why="nothing that can be read", faults={"words": 3}, requests=SILENT),
    "nothing": Case(say(""), why="an empty answer", faults={"empty": 3}, requests=SILENT),
    "a refusal in words": Case(
        say("I'm sorry, but I can't help with that."), why="the model refuses", faults={"refusal": 3}, requests=SILENT
    ),
    "a refusal in its field": Case(
        {"role": "assistant", "content": None, "refusal": "This is unsafe."},
        why="the model refuses: 'This is unsafe.'",
        faults={"refusal": 3},
    ),
    "10 MB of words": Case(say(HUGE), why="too big", faults={"too-big": 3}, requests=SILENT),
    "10 MB of reasons": Case(
        call("Critique", keep=True, reason=HUGE), why="too big", faults={"too-big": 3}, requests=SILENT
    ),
    "cut off": Case(
        {"role": "assistant", "content": '{"keep": tr', "finish_reason": "length"},
        why="nothing that can be read",
        faults={"cut-off": 3},
    ),
    "no boolean": Case(
        call("Critique", keep="perhaps", reason="who knows"),
        why="keep: Input should be a valid boolean",
        faults={"wrong-answer": USELESS},
        requests=USELESS,
    ),
    "no fields": Case(call("Critique"), why="keep: Field required", faults={"wrong-answer": USELESS}),
    "yes and no": Case(TWICE, why="two answers", faults={"two-answers": 2 * USELESS}, requests=USELESS),
    "arguments that are no JSON": Case(
        calls(("Critique", '{"keep": ')), why="cannot be read", faults={"unreadable-call": USELESS}
    ),
    "arguments that are a list": Case(
        calls(("Critique", "[1]")), why="cannot be read", faults={"unreadable-call": USELESS}
    ),
    "an invented tool": Case(
        call("delete_everything", really=True), why="not a valid tool", faults={"unknown-tool": USELESS}
    ),
    "wrong arguments": Case(call("read_task", title="x"), why="name", faults={"failed-call": USELESS}),
    "endless calls": Case(LOOK_UP, why=f"no answer after {MAX_CALLS} calls", faults={"endless": 1}, requests=MAX_CALLS),
}

# What a model says that can be understood, or that it mends when it is told.
MENDED: dict[str, Case] = {
    "words first": Case(in_turn(say("Hm."), YES), KEPT, faults={"words": 1}, requests=2),
    "a refusal first": Case(in_turn(say("I cannot help with that."), YES), KEPT, faults={"refusal": 1}),
    "a wrong answer first": Case(in_turn(call("Critique", keep=7), YES), KEPT, faults={"wrong-answer": 1}),
    "an invented tool first": Case(in_turn(call("look"), YES), KEPT, faults={"unknown-tool": 1}),
    "trailing commas": Case(
        calls(("Critique", '{"keep": true, "reason": "good practice",}')),
        KEPT,
        faults={"unreadable-call": 1},
        requests=1,
    ),
    "Python": Case(
        calls(("Critique", "{'keep': True, 'reason': 'good practice'}")), KEPT, faults={"unreadable-call": 1}
    ),
    "half a character": Case(
        call("Critique", keep=True, reason="good\ud83d"),
        Critique(keep=True, reason="good?"),
        faults={"half-characters": 1},
    ),
    "the call in words": Case(
        say('<tool_call>{"name": "Critique", "arguments": {"keep": true, "reason": "good practice"}}</tool_call>'),
        KEPT,
        faults={"call-in-text": 1},
        requests=1,
    ),
    "a tool in words": Case(
        in_turn(say('Let me see. functions.read_task({"name": "put-block-in-bowl"})'), YES),
        KEPT,
        faults={"call-in-text": 1},
        requests=2,
    ),
    "the answer in words": Case(
        say('Sure!\n```json\n{"keep": true, "reason": "good practice"}\n```\nBye.'), KEPT, faults={"call-in-text": 1}
    ),
    "too long a conversation": Case(in_turn(LOOK_UP, TOO_LONG, YES), KEPT, faults={"too-long": 1}, requests=3),
    "too long for OpenAI": Case(unless(lambda it: length(it) < 5000, TOO_LONG), KEPT, faults={"too-long": 3}),
    "too long for llama.cpp": Case(unless(lambda it: length(it) < 5000, LLAMA), KEPT, faults={"too-long": 3}),
    "too long for Anthropic": Case(unless(lambda it: length(it) < 5000, ANTHROPIC), KEPT, faults={"too-long": 3}),
    "always too long": Case(TOO_LONG, why="too long for the model", faults={"too-long": 5}, requests=5),
}


@pytest.mark.parametrize("case", PASSING.values(), ids=list(PASSING))
def test_what_passes_is_waited_for(case: Case, serve):
    check(case, serve)


@pytest.mark.parametrize("case", LASTING.values(), ids=list(LASTING))
def test_what_does_not_pass_is_told_in_plain_words(case: Case, serve):
    check(case, serve)


@pytest.mark.parametrize("case", HOPELESS.values(), ids=list(HOPELESS))
def test_what_cannot_be_used_is_no_answer_soon(case: Case, serve):
    check(case, serve)


@pytest.mark.parametrize("case", MENDED.values(), ids=list(MENDED))
def test_what_can_be_understood_or_mended_is_an_answer(case: Case, serve):
    check(case, serve)


def check(case: Case, serve: Any) -> None:
    script = case.script if callable(case.script) else in_turn(case.script)
    server = serve(script)
    mind = mind_at(server.url)
    if case.broken:
        with pytest.raises(EnvironmentBroken) as caught:
            criticise(mind, code="x = 1\n" * 1000)
        assert case.broken in caught.value.message
        assert server.url in caught.value.message
        assert case.remedy in caught.value.remedy
    else:
        answer, usage = criticise(mind, code="x = 1\n" * 1000)
        if case.answer is not None:
            assert answer == case.answer
        else:
            assert isinstance(answer, NoAnswer)
            assert case.why in answer.reason
        assert usage.faults == case.faults
        assert usage.model == "openai:test-model"
    if case.requests is not None:
        assert len(server.requests) == case.requests
    assert all(len(json.dumps(request)) < 200_000 for request in server.requests)


UNUSABLE: dict[str, Message] = {
    "no objects": call("Proposal", **proposal(objects=[])),
    "no arguments": call("Proposal"),
    "a billion objects": call("Proposal", **proposal(objects=[{"asset": "a", "role": "moved", "count": 10**9}])),
    "a name without letters": call("Proposal", **proposal(name="☃ ☃")),
    "no words": call("Proposal", **proposal(title="", description=" ", instruction="\n", steps=[" "])),
    "endless words": call("Proposal", **proposal(description="word " * 100_000)),
    "half characters": call("Proposal", name="\ud800", objects="\udfff"),
    "arguments that are null": calls(("Proposal", "null")),
    "two answers": calls(("Proposal", proposal()), ("Proposal", proposal(name="another"))),
    "a call without an id": {"role": "assistant", "content": None, "tool_calls": [
        {"type": "function", "function": {"name": "Proposal", "arguments": "{}"}}
    ]},
}  # fmt: skip


@pytest.mark.parametrize("message", UNUSABLE.values(), ids=list(UNUSABLE))
def test_a_proposal_that_is_none_is_told_so_a_few_times(message: Message, serve):
    server = serve(in_turn(message))
    answer, usage = ask(mind_at(server.url), Place("proposer", 1), (), (Proposal, CannotPropose), {"goal": ""})

    assert isinstance(answer, NoAnswer)
    assert len(server.requests) == USELESS
    assert sum(usage.faults.values()) >= USELESS
