"""Language models behind an OpenAI-compatible server: they work, they misbehave, they are not there."""

from __future__ import annotations

from typing import Any

import pytest
from agent_workshop import kinds, program, programs, proposal, served
from openai_server import (
    COMPLETION_TOKENS,
    NO_SUCH_MODEL,
    NO_TOOLS,
    PROMPT_TOKENS,
    WRONG_KEY,
    Can,
    Message,
    Refusal,
    Request,
    Roles,
    Script,
    brief,
    call,
    calls,
    offered,
    prompt,
    say,
    told,
    vote,
)

from agent.critic import VOTES
from agent.mending import SILENT, USELESS
from agent.models import choose_model
from agent.round import PROPOSALS, REPAIRS
from sim.errors import EnvironmentBroken, UsageError

CHECKS = {"instruction_matches_goals": True, "worth_learning": True}
NEW_TASK = call("Proposal", **proposal())
GOOD_PROGRAM = call("Candidate", code=program(), references=["put-block-in-bowl"])


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "SIMSMITH_MODEL", "SIMSMITH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def in_turn(*messages: Message | Refusal) -> Script:
    """A part that says one message after the other, the last one again and again."""
    left = list(messages)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


# -- a model that works ----------------------------------------------------------------------------------------------


def test_a_model_searches_proposes_mends_its_program_and_is_credited(serve, home, library, open_session):
    misspelt = program().replace("bowl/bowl.urdf", "bowl/bowls.urdf")
    wrong_line = next(n for n, line in enumerate(misspelt.splitlines(), 1) if "bowls.urdf" in line)

    def write(request: Request) -> Message:
        code = program() if "diagnostics" in brief(request) else misspelt
        return call("Candidate", code=code, references=["put-block-in-bowl", "no-such-task"])

    server = serve(Roles(NEW_TASK, write, vote(reason="a ball rolls, a block does not")))
    session = open_session(home, served(server.url))
    events = list(session.run())

    # What came out of it.
    assert session.outcome()["accepted"] == ["put-ball-into-bowl"]
    record = library.get("put-ball-into-bowl")
    assert record.origin == "test-model"
    assert record.parents == ("put-block-in-bowl",)
    assert record.code.strip() == program().strip()
    assert [(review.reviewer, review.reason) for review in record.reviews] == [
        ("critic:test-model", "a ball rolls, a block does not")
    ] * VOTES
    assert [event.data["accepted"] for event in events if event.kind == "verdict"] == [False, True]

    # What the model was given.
    proposer, coder, critic = (list(server.of_role(name)) for name in ("Proposal", "Candidate", "Critique"))
    assert {"search_tasks", "read_task", "check_novelty", "list_assets", "CannotPropose"} <= offered(proposer[0])
    assert {"read_task_guide", "list_assets", "search_tasks", "read_task", "try_candidate"} <= offered(coder[0])
    assert not any("commit_task" in offered(request) for request in server.requests)
    assert "put-block-in-bowl" in told(proposer[1])[0]
    assert "put-block-in-bowl" in brief(proposer[0])["library"]["names"]
    assert brief(critic[0])["verdict"]["seeds"]["passed"] >= 9

    # What the coder was told of its mistake.
    again = brief(coder[1])
    (finding,) = [item for item in again["diagnostics"] if item["severity"] == "error"]
    assert again["code"].strip() == misspelt.strip()
    assert finding["line"] == wrong_line
    assert "bowl/bowls.urdf" in finding["source"]
    assert "'bowl/bowl.urdf'" in finding["hint"]

    # What it took.
    asked = len(server.requests)
    usage = session.outcome()["usage"]
    assert usage == usage | {
        "calls": asked,
        "tool_calls": asked + 1,  # it searched and checked at once
        "input_tokens": asked * PROMPT_TOKENS,
        "output_tokens": asked * COMPLETION_TOKENS,
        "cost_usd": None,  # nobody knows what it costs
        "faults": {},
    }


@pytest.mark.parametrize("schema", ["yes", "refused"])
def test_an_endpoint_without_tool_calls_gets_there_too(schema: Any, serve, home, library, open_session):
    server = serve(Roles(NEW_TASK, GOOD_PROGRAM), Can(tools="refused", schema=schema))
    session = open_session(home, served(server.url))
    list(session.run())

    assert session.outcome()["accepted"] == ["put-ball-into-bowl"]
    assert library.get("put-ball-into-bowl").code.strip() == program().strip()
    coder = next(request for request in server.requests if "You are the coder" in prompt(request))
    for tool in ("read_task_guide()", "list_assets()", 'read_task("'):
        assert f"What {tool}" in prompt(coder), "it is told beforehand what it cannot ask"


def test_a_program_is_repaired_three_times_and_no_more(serve, home, library, open_session):
    before = programs(library)
    server = serve(Roles(NEW_TASK, call("Candidate", code="import os\n\n\nclass Bad(Task):\n    pass\n")))
    session = open_session(home, served(server.url))
    list(session.run())

    assert session.outcome()["rejected"] == {"failed-screen": PROPOSALS}
    assert len(list(server.of_role("Candidate"))) == PROPOSALS * (1 + REPAIRS)
    assert programs(library) == before


def test_a_critic_who_says_no_is_obeyed(serve, home, library, open_session):
    before = programs(library)
    dull = vote(keep=False, reason="dull")
    server = serve(Roles(in_turn(NEW_TASK, call("CannotPropose", reason="no more ideas")), GOOD_PROGRAM, dull))
    session = open_session(home, served(server.url))
    events = list(session.run())

    assert session.outcome()["details"][0] == {
        "name": "put-ball-into-bowl",
        "reason": "not-worth-it",
        "detail": "dull",
    }
    assert "committed" not in kinds(events)
    assert programs(library) == before
    assert brief(server.requests[-1])["rejected"] == [
        {"name": "put-ball-into-bowl", "reason": "not-worth-it", "detail": "dull"}
    ]


@pytest.mark.parametrize(
    "critic",
    [
        say("Sure, keep it!"),
        vote(keep="perhaps", reason="who knows"),
        calls(*[("Critique", {"keep": keep, "reason": "a"} | CHECKS) for keep in (True, False)]),
    ],
    ids=["words", "no-boolean", "both"],
)
def test_a_critic_who_cannot_be_read_has_said_no(critic: Message, serve, home, library, open_session):
    before = programs(library)
    server = serve(Roles(in_turn(NEW_TASK, call("CannotPropose", reason="no more ideas")), GOOD_PROGRAM, critic))
    session = open_session(home, served(server.url))
    list(session.run())

    first = session.outcome()["details"][0]
    assert first["reason"] == "not-worth-it"
    assert first["detail"].startswith("the critic gave no answer")
    assert programs(library) == before


# -- a model that misbehaves -----------------------------------------------------------------------------------------


def test_a_model_that_answers_in_words_is_told_so_and_soon_left_alone(serve, home, library, open_session):
    before = programs(library)
    server = serve(Roles(propose=say("I think that we should stack some blocks."), looks=False))
    session = open_session(home, served(server.url))
    list(session.run())

    assert session.outcome()["rejected"] == {"no-answer": PROPOSALS}
    assert "I think that we should stack" in session.outcome()["details"][0]["detail"]
    assert len(server.requests) == PROPOSALS * SILENT
    assert programs(library) == before


@pytest.mark.parametrize(
    ("message", "times"),
    [
        (call("Proposal", **proposal(objects=[])), USELESS),
        (call("commit_task", name="mine", code=program()), USELESS),
        (say("I cannot help with that."), SILENT),
    ],
    ids=["no objects", "a tool of the loop", "a refusal"],
)
def test_an_answer_that_cannot_be_used_ends_in_a_rejection(
    message: Message, times: int, serve, home, library, open_session
):
    before = programs(library)
    answers = in_turn(*[message] * times, call("CannotPropose", reason="I give up"))
    server = serve(Roles(propose=answers, looks=False))
    session = open_session(home, served(server.url))
    list(session.run())

    assert session.finished
    assert session.outcome()["rejected"] == {"no-answer": 1, "cannot-propose": 1}
    assert len(server.requests) == times + 1
    assert programs(library) == before


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "failed-parse"),
        ("I would put the ball into the bowl.", "failed-parse"),
        ("import\0numpy", "failed-parse"),
        ("x = " + "(" * 5000 + ")" * 5000, "failed-parse"),
        (program() + "#" * 200_000, "failed-parse"),
        (program() + "# \ud800\n\nimport subprocess\n", "failed-screen"),
    ],
    ids=["nothing", "words", "nul", "brackets", "200 kB", "half characters"],
)
def test_a_program_that_is_none_ends_in_a_rejection(code: str, reason: str, serve, home, library, open_session):
    before = programs(library)
    propose = in_turn(NEW_TASK, call("CannotPropose", reason="I give up"))
    session = open_session(home, served(serve(Roles(propose, call("Candidate", code=code))).url))
    list(session.run())

    assert session.outcome()["rejected"] == {reason: 1, "cannot-propose": 1}
    assert programs(library) == before


def test_a_clumsy_model_is_helped_along(serve, home, library, open_session):
    """It gropes about, names its task like a path, wraps its program in Markdown, and still gets there."""
    propose = in_turn(
        call("delete_everything"),
        calls(("search_tasks", "{not json"), ("search_tasks", {"query": "ball"})),
        calls(
            ("search_tasks", {"query": "\ud83d"}),
            ("search_tasks", {"query": "", "k": "many"}),
            ("read_task", {"name": "../../etc/passwd"}),
            ("check_novelty", {"title": "", "description": "", "instructions": []}),
            ("check_novelty", {"title": "a", "description": "b", "instructions": ["c"], "scene": {"x": 1}}),
        ),
        calls(("Proposal", "[]")),
        call("Proposal", **proposal(name="../Put THE  ball/into böwl ☃", title="a \ud83d ball")),
    )
    fenced = f"Here is the program:\n\n```python\n{program()}```\n\nGood luck!"
    code = in_turn(
        call("try_candidate", code="class", seeds=-3),
        call("try_candidate", code="\ud800"),
        call("Candidate", code=fenced, references=["../etc", "put-block-in-bowl"]),
    )
    server = serve(Roles(propose, code))
    session = open_session(home, served(server.url))
    list(session.run())

    assert session.outcome()["accepted"] == ["put-the-ball-into-b-wl"]
    record = library.get("put-the-ball-into-b-wl")
    assert record.code == program()
    assert record.title == "a ? ball"
    assert record.parents == ("put-block-in-bowl",)


@pytest.mark.parametrize(
    "wrapped", ["```\n{}```", "```py\n{}", "Sure!\n```python\n{}```\nIt runs.\n```\nok\n```", "{}"]
)
def test_markdown_around_a_program_is_taken_off(wrapped: str):
    from agent.answers import Candidate

    assert Candidate(code=wrapped.format(program())).code == program()


def test_markdown_inside_a_program_stays():
    from agent.answers import Candidate

    code = program().replace('"""', '"""\n```\nexample\n```\n', 1)
    assert Candidate(code=code).code == code


# -- a server that does not serve ------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Refusal | Message, str]] = {
    "wrong key": (WRONG_KEY, "OPENAI_API_KEY"),
    "no such model": (NO_SUCH_MODEL, "--model"),
    "no tools": (NO_TOOLS, "another model"),
    "overloaded": (Refusal(429, "slow down"), "wait"),
    "broken": (Refusal(500, "boom"), "later"),
    "not a completion": ({"role": "assistant", "tool_calls": 7}, "--base-url"),
}


@pytest.mark.parametrize(("answer", "remedy"), REFUSALS.values(), ids=list(REFUSALS))
def test_a_server_that_refuses_is_reported_with_what_to_do(answer: Any, remedy: str, serve, home, open_session):
    session = open_session(home, served(serve(lambda _: answer).url))

    with pytest.raises(EnvironmentBroken) as caught:
        list(session.run())
    assert remedy in caught.value.remedy
    assert "127.0.0.1" in caught.value.message


def test_a_server_that_is_gone_is_reported_with_what_to_do(serve, home, open_session):
    server = serve(Roles())
    server.close()

    with pytest.raises(EnvironmentBroken, match="cannot be reached") as caught:
        list(open_session(home, served(server.url)).run())
    assert "--base-url" in caught.value.remedy


def test_a_session_goes_on_when_the_server_is_mended(serve, home, library, open_session):
    server = serve(Roles(NEW_TASK, in_turn(WRONG_KEY, GOOD_PROGRAM)))
    settings = served(server.url)
    with pytest.raises(EnvironmentBroken, match="refuses the key"):
        list(open_session(home, settings).run())

    session = open_session(home, settings)
    list(session.run())

    assert session.outcome()["accepted"] == ["put-ball-into-bowl"]
    assert len(list(server.of_role("Proposal"))) == 2, "what was paid for is not asked again"


def test_no_key_is_reported_before_anything_else(home, open_session):
    settings = served("", model="openai:gpt-4o")
    with pytest.raises(EnvironmentBroken, match="no key for openai:gpt-4o") as caught:
        open_session(home, settings)
    assert "OPENAI_API_KEY" in caught.value.remedy
    assert "composer" in caught.value.remedy


@pytest.mark.parametrize(
    "address", ["localhost:8000", "ftp://here/v1", "http://", "http://[::1", "http://here:99999/v1"]
)
def test_an_address_that_is_none_is_wrong_use(address: str):
    with pytest.raises(UsageError, match="no address"):
        choose_model("openai:test-model", address)


def test_the_model_comes_from_options_then_environment_then_the_composer(monkeypatch: pytest.MonkeyPatch):
    assert choose_model(None, None).is_composer
    monkeypatch.setenv("SIMSMITH_MODEL", "openai:from-environment")
    monkeypatch.setenv("SIMSMITH_BASE_URL", "http://localhost:8000/v1")
    assert choose_model(None, None).origin == "from-environment"
    assert choose_model("openai:given", "http://other/v1").base_url == "http://other/v1"
    assert choose_model("composer", None).base_url == ""
    monkeypatch.delenv("SIMSMITH_MODEL")
    with pytest.raises(UsageError, match="which model"):
        choose_model(None, None)
