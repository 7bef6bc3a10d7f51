"""A conversation with a model behind a server: words as they come, tools in the caller's thread, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from openai_server import ChatServer, Message, Refusal, Request, Script, call, calls, offered, say, told

from agent.conversation import ENDLESS, REMEMBERED, SILENT, STEPS, Conversation
from agent.models import ModelChoice, Voice, load_model
from agent.patience import Patience
from sim.errors import EnvironmentBroken, UsageError
from tools.library_tools import tool

SHORT = Patience(retries=1, first_wait=0.01)
Talk = Callable[[Script], tuple[Conversation, ChatServer]]


class Heard:
    """What a person heard of a turn."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.tools: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def thinking(self) -> None:
        """Makes no sound."""

    def words(self, piece: str) -> None:
        self.pieces.append(piece)

    def acting(self, tool: str) -> None:
        self.tools.append(tool)


class Shelf:
    """Tools of a conversation."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def look_up(self, name: str) -> str:
        """Look a task up.

        Args:
            name: Its name.
        """
        self.threads.append(threading.get_ident())
        if name == "stop":
            raise KeyboardInterrupt
        if name != "known":
            raise UsageError(f"no task {name!r}", "see the list")
        return '{"name": "known"}'


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def talk(shelf: Shelf) -> Iterator[Talk]:
    servers: list[ChatServer] = []

    def start(script: Script) -> tuple[Conversation, ChatServer]:
        servers.append(ChatServer(script).__enter__())
        choice = ModelChoice("openai:test-model", servers[-1].url)
        return Conversation(Voice(choice, load_model(choice)), [tool(shelf.look_up)], SHORT), servers[-1]

    yield start
    for server in servers:
        server.close()


def in_turn(*messages: Message | Refusal) -> Script:
    """One message after the other; what is asked once more, because the server did not stream, is answered alike."""
    left: list[Message | Refusal] = list(messages)
    asked: list[Request] = []

    def answer(request: Request) -> Message | Refusal:
        again = bool(asked) and asked[-1] == request | {"stream": True} and not request.get("stream")
        if asked and not again:
            left.pop(0)
        asked.append(request)
        return left[0]

    return answer


def said(conversation: Conversation, text: str) -> Heard:
    heard = Heard()
    conversation.say(text, heard)
    return heard


def last_words(request: Request) -> list[str]:
    return [message["content"] for message in request["messages"] if message["role"] == "user"]


def test_a_tool_is_used_in_the_callers_thread_and_the_model_hears_its_answer(talk, shelf):
    conversation, server = talk(in_turn(call("look_up", name="known"), say("It is there.")))
    heard = said(conversation, "is it there?")
    assert heard.text == "It is there.\n"
    assert heard.tools == ["look_up"]
    assert shelf.threads == [threading.get_ident()]
    assert offered(server.requests[0]) == {"look_up"}
    assert told(server.requests[-1]) == ['{"name": "known"}']


def test_the_next_turn_knows_what_was_said_before_and_what_was_done_without_the_model(talk):
    conversation, server = talk(in_turn(say("Hello."), say("Yes.")))
    said(conversation, "good morning")
    conversation.note("/undo", "Removed it.")
    said(conversation, "is it gone?")
    texts = [message["content"] for message in server.requests[-1]["messages"]]
    assert texts[1:] == ["good morning", "Hello.", "/undo", "Removed it.", "is it gone?"]


def test_what_a_model_calls_wrongly_it_is_told_and_can_mend(talk):
    wrong = calls(("look_up", {"name": "lost"}), ("make_coffee", {}), ("look_up", {"title": "known"}))
    conversation, server = talk(in_turn(wrong, say("I give up.")))
    assert said(conversation, "look").text == "I give up.\n"
    unknown, invented, misnamed = told(server.requests[-1])
    assert "no task 'lost'" in unknown
    assert "see the list" in unknown
    assert "look_up" in invented
    assert "does not take these arguments" in misnamed


def test_a_model_that_calls_without_end_or_says_nothing_ends_with_a_sentence(talk):
    conversation, server = talk(lambda _: call("look_up", name="known"))
    assert ENDLESS in said(conversation, "look").text
    assert len(told(server.requests[-1])) == STEPS - 1
    conversation, _ = talk(lambda _: say(""))
    assert SILENT in said(conversation, "look").text


def test_a_turn_that_fails_can_be_said_again(talk):
    conversation, server = talk(in_turn(say("Hello."), Refusal(401, "no"), say("There it is.")))
    said(conversation, "hello")
    with pytest.raises(EnvironmentBroken):
        said(conversation, "show it")
    assert said(conversation, "show it").text == "There it is.\n"
    assert last_words(server.requests[-1]) == ["hello", "show it"]


class Parrot(GenericFakeChatModel):
    """A model that streams its words one by one."""

    def bind_tools(self, tools: Any, **settings: Any) -> Any:
        return self.bind(**settings)


def test_words_are_heard_as_they_come(shelf):
    model = Parrot(messages=iter([AIMessage("one two three")]))
    conversation = Conversation(Voice(ModelChoice("other:parrot"), model), [tool(shelf.look_up)])
    heard = said(conversation, "count")
    assert heard.pieces == ["one", " ", "two", " ", "three", "\n"]


def test_what_a_tool_has_done_is_remembered_though_the_turn_was_stopped(talk):
    script = in_turn(call("look_up", name="known"), call("look_up", name="stop"), say("Fine."))
    conversation, server = talk(script)
    with pytest.raises(KeyboardInterrupt):
        said(conversation, "look")
    assert said(conversation, "and now?").text == "Fine.\n"
    request = server.requests[-1]
    assert told(request) == ['{"name": "known"}']
    # Every call has its answer, or a server would refuse the conversation from here on.
    asked = [item["id"] for message in request["messages"] for item in message.get("tool_calls") or ()]
    assert asked == [message["tool_call_id"] for message in request["messages"] if message["role"] == "tool"]


def test_a_long_conversation_is_cut_at_its_beginning(talk):
    conversation, server = talk(lambda _: say("Go on."))
    for number in range(6):
        said(conversation, f"{number} " + "word " * (REMEMBERED // 20))
    shown = last_words(server.requests[-1])
    assert [text[0] for text in shown] == ["2", "3", "4", "5"]
