"""Model traffic on file: what a real server said is replayed without it, and bad files say so."""

from __future__ import annotations

import json
import logging
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from agent_workshop import HASTE, Critique
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, StructuredOutputValidationError, ToolStrategy
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openai import InternalServerError
from openai_server import Can, ChatServer, Refusal, Request, brief, call, calls, say, told
from pydantic import SecretStr

from agent.misspoken import Misspoken
from agent.models import ModelChoice, Models, Voice, load_models
from agent.place import Place
from agent.record import RecordDamaged
from agent.recorder import Recorder, Replay, Traffic, secrets_of
from agent.roles import Mind, ask
from agent.silent import NotRecorded, Silent
from sim.errors import EnvironmentBroken, UsageError
from tools import Toolbox

KEY = "sk-not-to-be-kept-0123456789"
SETTINGS = {"mode": "explore", "rounds": 2, "model": "openai:test-model", "base_url": "http://localhost:8000/v1"}
CRITIC = Place("critic", 1)
BY_TOOLS = ToolStrategy(Critique)


@tool
def look(what: str) -> str:
    """Looks at something."""
    return f"a picture of {what}"


def voice_of(url: str) -> Voice:
    """A voice with a key, at this server."""
    model = ChatOpenAI(model="test-model", base_url=url, api_key=SecretStr(KEY), max_retries=0)
    return Voice(ModelChoice("openai:test-model", url), model, "tools", sees=True)


def asked(
    place: Place, voice: Voice, traffic: Traffic, name: str = "a-task", tools: Any = (look,), form: Any = BY_TOOLS
) -> dict[str, Any]:
    """What becomes of asking a critic: its answer and every message, but for their ids."""
    manners = [Misspoken("Critique", "the server"), traffic.at(place, voice)]
    agent: Any = create_agent(voice.model, tools, response_format=form, middleware=manners)
    question = HumanMessage(f"```json\n{json.dumps({'name': name})}\n```")
    state = agent.invoke({"messages": [question]})
    said = [message.model_dump(exclude={"id"}) for message in state["messages"][1:]]
    return {"answer": state.get("structured_response"), "said": said}


def looks_first(request: Request) -> Any:
    """A critic who looks, and then gives a reason of its own for each task."""
    name = brief(request)["name"]
    return (
        call("Critique", keep=True, reason=f"{name}: {told(request)[-1]}") if told(request) else call("look", what=name)
    )


def record_of(path: Path, **settings: Any) -> Recorder:
    return Recorder.open(path, "session-1", SETTINGS | settings, secrets_of({"OPENAI_API_KEY": KEY}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traffic.jsonl"


@pytest.fixture
def recorded(path: Path, serve: Any) -> Path:
    """A record of one critic, two calls; its server has gone."""
    server = serve(looks_first)
    asked(CRITIC, voice_of(server.url), record_of(path))
    assert len(server.requests) == 2
    server.close()
    return path


# -- what was said is said again -------------------------------------------------------------------------------------


def test_what_was_recorded_side_by_side_is_replayed_without_the_server(path: Path, serve):
    server: ChatServer = serve(looks_first)
    voice, recorder = voice_of(server.url), record_of(path)
    places = [Place("critic", number, sample=sample) for number in (1, 2, 3) for sample in (0, 1)]
    with ThreadPoolExecutor(6) as pool:
        first = list(pool.map(lambda place: asked(place, voice, recorder, place.key), places))
    calls_made = len(server.requests)
    server.close()

    replay = Replay.open(path)
    silent = replay.voices().of("critic")
    again = [asked(place, silent, replay, place.key) for place in reversed(places)]

    assert again[::-1] == first
    assert calls_made == len(server.requests) == len(replay.lines) == 2 * len(places)
    assert {item["answer"].reason for item in first} == {f"{place.key}: a picture of {place.key}" for place in places}
    assert all(
        said["usage_metadata"]["input_tokens"] for item in again for said in item["said"] if said["type"] == "ai"
    )


def test_a_replay_needs_no_options(recorded: Path, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    replay = Replay.open(recorded)
    voice = replay.voices().of("critic")

    assert replay.session == "session-1"
    assert replay.settings == SETTINGS
    assert replay.models == {"critic": "openai:test-model"}
    assert replay.rounds == 1
    assert (voice.choice.name, voice.manner, voice.forced, voice.sees) == ("openai:test-model", "tools", True, True)
    assert replay.voices().choice("coder").name == "openai:test-model"  # which never spoke
    assert isinstance(voice.model, Silent)


def test_what_is_asked_may_differ(recorded: Path, caplog):
    replay = Replay.open(recorded)
    again = asked(CRITIC, replay.voices().of("critic"), replay, "another-task at another time")
    assert again["answer"].reason == "a-task: a picture of a-task"
    assert caplog.records == []


def test_other_tools_are_warned_of_once(recorded: Path, caplog):
    replay = Replay.open(recorded)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            asked(CRITIC, replay.voices().of("critic"), replay, tools=())
    (warning,) = caplog.messages
    assert "the critic was recorded answering by tools with Critique, look, and now" in warning
    assert "by tools with Critique:" in warning


@pytest.mark.parametrize(
    "mistake",
    [
        calls(("Critique", "[1, 2]")),  # LangChain can make no message of it
        calls(("Critique", "{not JSON")),
        call("Critique", keep="perhaps", reason="who knows"),
        calls(("Critique", {"keep": True, "reason": "a"}), ("Critique", {"keep": False, "reason": "b"})),
        call("Critique", keep=True, reason="half \ud83d"),
    ],
    ids=["no-object", "no-json", "no-boolean", "two-answers", "half-character"],
)
def test_mistakes_are_made_and_mended_again(mistake: Any, path: Path, serve):
    server = serve(lambda request: call("Critique", keep=True, reason="good") if told(request) else mistake)
    first = asked(CRITIC, voice_of(server.url), record_of(path))
    server.close()

    replay = Replay.open(path)
    again = asked(CRITIC, replay.voices().of("critic"), replay)

    assert again["answer"] == first["answer"] is not None
    assert [item["type"] for item in again["said"]] == [item["type"] for item in first["said"]]
    assert [item["content"] for item in again["said"]] == [item["content"] for item in first["said"]]


def test_an_answer_of_another_schema_is_refused_again(path: Path, serve):
    server = serve(lambda _: say('{"keep": "perhaps"}'))
    form = ProviderStrategy(Critique)
    with pytest.raises(StructuredOutputValidationError) as first:
        asked(CRITIC, voice_of(server.url), record_of(path), form=form)
    server.close()

    replay = Replay.open(path)
    with pytest.raises(StructuredOutputValidationError) as again:
        asked(CRITIC, replay.voices().of("critic"), replay, form=form)
    assert again.value.ai_message.text == first.value.ai_message.text == '{"keep": "perhaps"}'


def test_a_conversation_that_streams_is_recorded_as_it_ends(path: Path):
    spoken = "put the red block into the bowl"
    live = Voice(ModelChoice("fake:model"), GenericFakeChatModel(messages=iter([AIMessage(spoken)])), "text")

    def streamed(voice: Voice, traffic: Traffic) -> list[str]:
        agent = create_agent(voice.model, [], middleware=[traffic.at(Place("chat"), voice)])
        question = {"messages": [HumanMessage("what next?")]}
        return [str(part.text) for part, _ in agent.stream(question, stream_mode="messages")]

    pieces = streamed(live, record_of(path))
    assert len(pieces) > 5
    assert "".join(pieces) == spoken

    replay = Replay.open(path)
    assert "".join(streamed(replay.voices().of("chat"), replay)) == spoken


@pytest.mark.parametrize(
    ("can", "manner"),
    [(Can(), "tools"), (Can(tools="refused"), "schema"), (Can(tools="refused", schema="refused"), "text")],
    ids=["tools", "schema", "text"],
)
@pytest.mark.parametrize(
    "faults",
    [
        (),
        (Refusal(500, "overloaded"), say("I'm sorry, I can't help with that."), say("")),
        (call("Critique", keep="perhaps"), Refusal(429, "slow down")),
        (Refusal(400, "maximum context length is 10 tokens"),) * 20,
    ],
    ids=["no-fault", "error-refusal-nothing", "wrong-rate", "too-long"],
)
def test_a_role_is_replayed_in_its_manner_faults_and_all(faults: Any, can: Can, manner: str, path: Path, serve):
    def role(models: Models, traffic: Traffic) -> Any:
        mind = Mind(models, Toolbox({"look": look}), recorder=traffic)
        answer, usage = ask(mind, CRITIC, ("look",), (Critique,), {"name": "a-task"})
        return answer, replace(usage, seconds=0)

    left = [*faults, call("Critique", keep=True, reason="good")]
    server = serve(lambda _: left.pop(0), can)
    first = role(load_models(ModelChoice("openai:test-model", server.url), {}, patience=HASTE), record_of(path))
    server.close()

    replay = Replay.open(path)
    assert replay.voices().of("critic").manner == manner
    assert role(replay.voices(), replay) == first


# -- a session that was stopped --------------------------------------------------------------------------------------


def test_a_resumed_session_goes_on_with_its_record_and_its_last_word_counts(recorded: Path, serve):
    with recorded.open("ab") as file:
        file.write(b'{"place":"1.0.critic')  # killed while it wrote
    server = serve(lambda _: call("Critique", keep=False, reason="second thoughts"))
    asked(CRITIC, voice_of(server.url), record_of(recorded))
    server.close()

    replay = Replay.open(recorded)
    again = asked(CRITIC, replay.voices().of("critic"), replay)
    assert again["answer"] == Critique(keep=False, reason="second thoughts")


def test_a_call_that_failed_is_not_in_the_record(path: Path, serve):
    answers = [Refusal(500, f"overloaded, {KEY}"), call("Critique", keep=True, reason="good")]
    server = serve(lambda _: answers.pop(0))
    voice, recorder = voice_of(server.url), record_of(path)
    with pytest.raises(InternalServerError):
        asked(CRITIC, voice, recorder)
    first = asked(CRITIC, voice, recorder)
    server.close()

    replay = Replay.open(path)
    assert len(replay.lines) == 1
    assert asked(CRITIC, replay.voices().of("critic"), replay) == first


def test_a_last_line_torn_anywhere_is_passed_over(recorded: Path):
    content = recorded.read_bytes()
    whole, last = content[: content[:-1].rfind(b"\n") + 1], content[content[:-1].rfind(b"\n") + 1 :]
    for end in range(0, len(last), 7):
        recorded.write_bytes(whole + last[:end])
        assert list(Replay.open(recorded).lines) == [("1.0.critic.0.0", 0)]


def test_a_torn_heading_is_written_anew(path: Path):
    record_of(path)
    whole = path.read_bytes()
    for end in (0, 1, 9, 30, len(whole) - 1):
        path.write_bytes(whole[:end])
        record_of(path)
        assert path.read_bytes() == whole


def test_a_record_that_ends_too_early_says_where(recorded: Path):
    replay = Replay.open(recorded)
    with pytest.raises(NotRecorded) as caught:
        asked(Place("coder", 2, repair=1), replay.voices().of("coder"), replay)
    assert f"{recorded} has no answer of the coder at 2.0.coder.1.0, call 1" in caught.value.message
    assert "record it again" in caught.value.remedy


def test_a_silent_model_cannot_be_asked():
    with pytest.raises(NotRecorded):
        Silent().invoke("hello")


# -- bad files -------------------------------------------------------------------------------------------------------

FOREIGN = {
    "nothing": b"",
    "a letter": b"Dear reader,\nhow are you?\n",
    "other JSON": b'{"kind": "session-started"}\n',
    "a list": b"[1, 2]\n",
    "bytes": b"\x00\xff\n\x80\n",
    "another format": b'{"format": "cassette", "version": 1, "session": "a", "settings": {}}\n',
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_file_that_is_no_record_is_wrong_use_and_stays_as_it_is(content: bytes, path: Path):
    path.write_bytes(content)
    with pytest.raises(RecordDamaged, match="is no record of model traffic"):
        Replay.open(path)
    if content:
        with pytest.raises(UsageError, match="is no record of model traffic"):
            record_of(path)
        assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path: Path):
    with pytest.raises(RecordDamaged, match=r"nowhere\.jsonl cannot be read: No such file"):
        Replay.open(tmp_path / "nowhere.jsonl")
    with pytest.raises(RecordDamaged, match="Is a directory"):
        Replay.open(tmp_path)


def test_a_newer_record_says_so(recorded: Path):
    recorded.write_bytes(recorded.read_bytes().replace(b'"version":1', b'"version":7', 1))
    with pytest.raises(RecordDamaged, match="is a record of version 7; version 1 can be read"):
        Replay.open(recorded)


@pytest.mark.parametrize("line", ["no JSON", "{}", "null", '{"place":"1.0.critic.0.0"}', "MESSAGE"], ids=str.lower)
def test_a_damaged_line_is_named(line: str, recorded: Path):
    lines = recorded.read_text().splitlines()
    human = json.loads(lines[2]) | {"message": {"type": "human", "data": {"content": "hello"}}}
    lines[2] = json.dumps(human) if line == "MESSAGE" else line
    recorded.write_text("\n".join(lines) + "\n")
    with pytest.raises(RecordDamaged, match=r"line 3 of .* is no answer of a model"):
        Replay.open(recorded)


def test_the_record_of_another_session_is_not_written_into(recorded: Path):
    before = recorded.read_bytes()
    with pytest.raises(UsageError, match="holds the record of session session-1"):
        Recorder.open(recorded, "session-2", SETTINGS)
    assert recorded.read_bytes() == before


def test_a_record_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentBroken, match=r"traffic\.jsonl cannot be written"):
        record_of(tmp_path / "file" / "traffic.jsonl")


# -- secrets ---------------------------------------------------------------------------------------------------------


def test_no_key_is_kept_whatever_the_server_says(path: Path, serve):
    server = serve(lambda _: call("Critique", keep=True, reason=f"you came with {KEY}"))
    voice = voice_of(server.url.replace("http://", "http://somebody:pass-word@"))
    settings = {"base_url": voice.choice.base_url, "roles": {"coder": {"base_url": f"https://host/v1?key={KEY}"}}}
    asked(CRITIC, voice, record_of(path, **settings))

    content = path.read_text()
    assert "you came with [secret]" in content
    for secret in (KEY, "pass-word", "somebody", "Authorization", "Bearer"):
        assert secret not in content
    assert Replay.open(path).settings["roles"]["coder"]["base_url"] == "https://host/v1"
    assert Replay.open(path).voices().of("critic").choice.base_url == server.url


def test_prompts_are_not_kept(recorded: Path):
    assert "```json" not in recorded.read_text()


@pytest.mark.parametrize("was_there", [False, True])
def test_only_the_owner_can_read_a_record(was_there: bool, path: Path):
    if was_there:
        path.touch(0o666)
    mask = os.umask(0)
    try:
        record_of(path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_are_told_by_the_names_of_variables():
    environment = {
        "OPENAI_API_KEY": "a-long-key",
        "HF_TOKEN": "a-longer-token",
        "GROQ_API_KEY": "short",
        "HOME": "/home/me",
    }
    assert secrets_of(environment) == ("a-longer-token", "a-long-key")
