"""The conversation: one agent that talks with a person and works through tools that are handed in.

The agent stops where it wants a tool. The tools run between two of its steps, in the caller's thread: they may ask the
person, start a session of their own, and be stopped with Ctrl-C.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any, Protocol

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall, ToolMessage, trim_messages
from langchain_core.tools import BaseTool
from pydantic import ValidationError

from agent.answers import readable
from agent.interpreter import Interpreter
from agent.misspoken import Misspoken
from agent.model_errors import ModelFault
from agent.models import Voice, model_errors
from agent.patience import Patience
from sim.errors import SimsmithError

STEPS = 8  # of the agent in one turn
REMEMBERED = 40_000  # characters of the conversation that the model is shown
LONGEST_TOLD = 6_000  # characters of a tool's answer that the model is shown
SPEAKERS = {"human": "you", "ai": "agent", "tool": "tool"}
CUT_OFF = "I was interrupted here."
ENDLESS = "I called tool after tool and came to no end. Please say it in other words."
SILENT = "The model said nothing. Please say it again, or in other words."


class Listener(Protocol):
    """Who follows a turn as it happens."""

    def thinking(self) -> None:
        """The model is asked."""

    def words(self, piece: str) -> None:
        """A piece of what the agent says, as it comes; a line break ends an utterance."""

    def acting(self, tool: str) -> None:
        """A tool begins its work."""


class Conversation:
    """A conversation with a chat model that may use tools; it remembers what was said, as much as the model can take.

    Args:
        voice: The chat model; one that makes no tool calls cannot converse.
        tools: What it may do; they answer in JSON, and what only a person can mend passes through as an error.
        patience: How long its server is waited for.
    """

    def __init__(self, voice: Voice, tools: Sequence[BaseTool], patience: Patience | None = None) -> None:
        choice = self._choice = voice.choice
        model: BaseChatModel = voice.model
        if not choice.is_composer:
            model = Interpreter(voice=voice, patience=patience or Patience())
        self._tools = {item.name: item for item in tools}
        # Innermost is what streams: what cannot be read of a stream is asked for once more, before it counts as wrong.
        manners: list[Any] = [] if choice.is_composer else [Misspoken(tools[0].name, choice.where), Streamed()]
        self._agent: Any = create_agent(
            model,
            list(tools),
            system_prompt=resources.files("agent").joinpath("prompts/chat.md").read_text(encoding="utf-8"),
            middleware=manners,
        )
        self._messages: list[BaseMessage] = []

    @property
    def said(self) -> list[tuple[str, str]]:
        """What happened so far: `you` or `agent` and the words, or `tool` and what came of it.

        What a tool says under `answers` the person said to its questions.
        """
        told = []
        for item in self._messages:
            if isinstance(item, ToolMessage):
                told += [(SPEAKERS["human"], str(words)) for words in _parsed(item).get("answers", ())]
            told.append((SPEAKERS.get(item.type, "agent"), _in_short(item)))
        return [(who, words) for who, words in told if words]

    def say(self, text: str, listener: Listener) -> None:
        """One turn: the person's words in, the agent's out, with what it does in between.

        A turn that ends with an error, or with Ctrl-C, leaves no trace but the tools that have done their work.

        Args:
            text: What the person said.
            listener: Follows what happens.

        Raises:
            EnvironmentBroken: The model's server, or what a tool needs, cannot serve; the turn can be said again.
        """
        turn: list[BaseMessage] = [HumanMessage(readable(text))]
        done = False
        try:
            self._take(turn, listener)
            done = True
        finally:
            self._messages += turn if done else _cut_off(turn)

    def note(self, said: str, answer: str, call: tuple[str, dict[str, Any], str] | None = None) -> None:
        """Lets the agent know of what happened without it: a command and what came of it.

        Args:
            said: The command.
            answer: What the person was told.
            call: What the agent would have done for it: a tool, its arguments, and what the tool answered.
        """
        done: list[BaseMessage] = []
        if call is not None:
            (name, arguments, told), number = call, f"note-{len(self._messages)}"
            done.append(AIMessage("", tool_calls=[{"name": name, "args": readable(arguments), "id": number}]))
            done.append(ToolMessage(told[:LONGEST_TOLD], tool_call_id=number, name=name))
        self._messages += [HumanMessage(readable(said)), *done, AIMessage(answer)]

    def _take(self, turn: list[BaseMessage], listener: Listener) -> None:
        for _ in range(STEPS):
            turn += self._step(turn, listener)
            calls = _unanswered(turn)
            if not calls:
                break
            for call in calls:
                listener.acting(call["name"])
                turn.append(self._use(call))
        else:
            turn.append(AIMessage(ENDLESS))
            listener.words(ENDLESS + "\n")
        if not isinstance(turn[-1], AIMessage) or not str(turn[-1].text).strip():
            why = str(turn[-1].response_metadata.get("over", SILENT))
            turn.append(AIMessage(why))
            listener.words(why + "\n")

    def _step(self, turn: Sequence[BaseMessage], listener: Listener) -> list[BaseMessage]:
        """What the agent says next, up to the first tools that it wants."""
        remembered = trim_messages(
            self._messages, max_tokens=REMEMBERED, token_counter=_letters, strategy="last", start_on="human"
        )
        known = [*remembered, *turn]
        ear = Ear(listener.words)
        listener.thinking()
        config = {"callbacks": [ear], "recursion_limit": 8 * STEPS}
        with model_errors(self._choice):
            state = self._agent.invoke({"messages": known}, config, interrupt_before=["tools"])
        said: list[BaseMessage] = state["messages"][len(known) :]
        words = "".join(str(item.text) for item in said if isinstance(item, AIMessage))
        if words.strip() and not ear.heard:
            listener.words(words)
        if words.strip():
            listener.words("\n")
        return said

    def _use(self, call: ToolCall) -> ToolMessage:
        """Runs a tool; a call that cannot be made is answered with what is wrong with it."""
        name, told = call["name"], ""
        if name not in self._tools:
            told = _error(f"there is no tool {name!r}", f"the tools are {', '.join(self._tools)}")
        else:
            try:
                told = str(self._tools[name].invoke(readable(call["args"])))
            except ValidationError as error:
                told = _error(f"{name} does not take these arguments: {error.errors()[0]['msg']}", "call it again")
            except SimsmithError as error:
                if error.exit_code != 2:
                    raise
                told = _error(error.message, error.remedy)
        return ToolMessage(told[:LONGEST_TOLD], tool_call_id=call["id"] or "", name=name)


class Ear(BaseCallbackHandler):
    """Hears a model's words as they come.

    Args:
        hear: Takes them.
    """

    def __init__(self, hear: Callable[[str], None]) -> None:
        self._hear = hear
        self.heard = False

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> None:
        """A piece of an answer; empty for a piece of a tool call."""
        words = str(chunk.message.text) if hasattr(chunk, "message") else token
        if isinstance(words, str) and words:
            self.heard = True
            self._hear(words)


class Streamed(AgentMiddleware):
    """Asks for answers as streams; a server that cannot stream its first one is asked for whole ones from then on."""

    def __init__(self) -> None:
        super().__init__()
        self._streams: bool | None = None

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Calls the model."""
        if self._streams is False:
            return handler(request)
        try:
            response = handler(request.override(model_settings={**request.model_settings, "stream": True}))
        except ModelFault as fault:  # no events in what was answered, or a refusal to stream
            if self._streams or fault.kind not in ("unlike", "manner", "bad"):
                raise
            response = handler(request)
            self._streams = False
            return response
        self._streams = True
        return response


def _unanswered(turn: Sequence[BaseMessage]) -> list[ToolCall]:
    """The tool calls that nothing has answered yet."""
    answered = {item.tool_call_id for item in turn if isinstance(item, ToolMessage)}
    return [
        call for item in turn if isinstance(item, AIMessage) for call in item.tool_calls if call["id"] not in answered
    ]


def _cut_off(turn: Sequence[BaseMessage]) -> list[BaseMessage]:
    """What stays of a turn that was interrupted: what tools have done, with nothing that waits for an answer."""
    if not any(isinstance(item, ToolMessage) for item in turn):
        return []
    open_calls = {call["id"] for call in _unanswered(turn)}
    kept: list[BaseMessage] = []
    for item in turn:
        if isinstance(item, AIMessage) and any(call["id"] in open_calls for call in item.tool_calls):
            calls = [call for call in item.tool_calls if call["id"] not in open_calls]
            item = AIMessage(item.content, tool_calls=calls)
        kept.append(item)
    return [*kept, AIMessage(CUT_OFF)]


def _in_short(message: BaseMessage) -> str:
    """A message in a line or two: of a tool's answer its name, the task, and whether that was kept."""
    if not isinstance(message, ToolMessage):
        return str(message.text).strip()
    said = _parsed(message)
    if not said.get("name"):
        return ""
    return f"{message.name}: {said['name']}{', kept' if said.get('kept') else ''}"


def _parsed(message: ToolMessage) -> dict[str, Any]:
    """What a tool answered; nothing where it was cut or is no JSON."""
    try:
        said = json.loads(str(message.text))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _error(message: str, remedy: str) -> str:
    return json.dumps({"error": message, "remedy": remedy})


def _letters(messages: Sequence[BaseMessage]) -> int:
    """The length of messages, in characters."""
    return sum(
        len(str(item.text)) + sum(len(str(call["args"])) for call in getattr(item, "tool_calls", ()))
        for item in messages
    )
