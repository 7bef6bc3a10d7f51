"""Lets any chat model be spoken with by tool calls, whatever its endpoint can do, and however badly it spells them.

A role works with tools and answers with a tool call. An endpoint that has no tool calls is told what to answer by a
JSON schema, or in words, and what it says is read as the call that it means. So the rest knows one manner only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr, ValidationError

from agent.answers import readable
from agent.endpoints import takes_limit
from agent.model_errors import ModelFault
from agent.models import Voice
from agent.patience import Patience, patiently
from agent.plain import answer_schema, plain
from agent.shortening import LEVELS, shortened
from agent.spoken import LONGEST, calls_in, object_of

REFUSAL = re.compile(
    r"\bI('m| am)? ?(sorry|unable|not able|can('|no)?t|will not|won't)\b.{0,80}"
    r"\b(help|assist|comply|do that|provide|fulfil)",
    re.IGNORECASE | re.DOTALL,
)
CUT_OFF = ("length", "max_tokens", "MAX_TOKENS")
FILTERED = ("content_filter", "refusal", "SAFETY")


class Interpreter(BaseChatModel):
    """A chat model that speaks through another one, in the manner that its endpoint understands.

    What went wrong and was handled stands in the message's `response_metadata`, as counts below `faults`; `over` says
    there why nothing more is to be expected.

    Attributes:
        voice: The model, and its manner.
        answers: The schemas that the role may answer with.
        patience: The limits of waiting.
    """

    voice: Any
    answers: tuple[Any, ...] = ()
    patience: Any = Patience()
    _level: int = PrivateAttr(default=0)  # of shortness, which the model needs from now on

    @property
    def _llm_type(self) -> str:
        return "interpreter"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tells which tools may be called; answers are among them."""
        return self.bind(offered=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        offered: Sequence[dict[str, Any]] = (),
        **kwargs: Any,
    ) -> ChatResult:
        faults: Counter[str] = Counter()
        try:
            heard = self._say(messages, offered, faults, kwargs)
        except ModelFault as fault:
            if fault.kind != "too-long":
                raise
            over = f"the conversation is too long for the model, and cannot be shortened further: {fault.told}"
            message = AIMessage("", response_metadata={"over": over})
        else:
            message = _mended(heard, self._schemas(offered), [item.__name__ for item in self.answers], faults)
            if self.voice.manner != "tools":
                del faults["call-in-text"]  # as it should be
        told = {**message.response_metadata, "faults": dict(faults)}
        return ChatResult(generations=[ChatGeneration(message=message.model_copy(update={"response_metadata": told}))])

    def _say(
        self,
        messages: Sequence[BaseMessage],
        offered: Sequence[dict[str, Any]],
        faults: Counter[str],
        settings: dict[str, Any],
    ) -> AIMessage:
        """What the model says; a conversation that is too long for it is shortened until it can take it."""
        while True:
            said = shortened(messages, self._level) if self._level else list(messages)
            try:
                return patiently(lambda said=said: self._once(said, offered, settings), self.patience, faults)  # type: ignore[misc]
            except ModelFault as fault:
                if fault.kind != "too-long" or self._level >= min(len(LEVELS), self.patience.shortenings):
                    raise
                self._level += 1

    def _once(
        self, messages: Sequence[BaseMessage], offered: Sequence[dict[str, Any]], settings: dict[str, Any]
    ) -> AIMessage:
        voice: Voice = self.voice
        try:
            if voice.manner == "tools":
                chosen = {"tool_choice": "any"} if voice.forced and self.answers else {}
                bound = voice.model.bind_tools(list(offered), **chosen) if offered else voice.model
                return _checked(bound.invoke(list(messages), **settings))
            written = plain(messages, self.answers)
            limit = {"max_tokens": self.patience.tokens} if takes_limit(voice.model) else {}
            schema = answer_schema(self.answers) if voice.manner == "schema" else None
            if schema is None:
                return _checked(voice.model.invoke(written, **(limit | settings)))
            structured = voice.model.with_structured_output(schema, method="json_schema", include_raw=True, **limit)
            said: Any = structured.invoke(written)
            return _checked(said["raw"])
        except ValidationError:  # raised for a call whose arguments are no object; the message is lost
            name = self.answers[0].__name__ if self.answers else "unknown"
            lost = InvalidToolCall(type="invalid_tool_call", name=name, args=None, id=None, error=None)
            return AIMessage("", invalid_tool_calls=[lost])
        except Exception as error:
            completion = getattr(error, "completion", None)  # of an answer by schema that was cut off
            if completion is None:
                raise
            return _cut_off(completion)

    @staticmethod
    def _schemas(offered: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {item["function"]["name"]: item["function"].get("parameters", {}) for item in offered}


def _checked(said: Any) -> AIMessage:
    if not isinstance(said, AIMessage):
        raise ModelFault("unlike", f"its message has the role of {getattr(said, 'type', 'nobody')}")
    return said


def _cut_off(completion: Any) -> AIMessage:
    """The message of a completion that the client did not make one of."""
    choices, usage = getattr(completion, "choices", None) or [], getattr(completion, "usage", None)
    counted = None
    if usage is not None:
        read, written = int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)
        counted = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
    text = choices[0].message.content if choices else ""
    return AIMessage(text or "", usage_metadata=counted, response_metadata={"finish_reason": "length"})


def _mended(
    message: AIMessage, offered: dict[str, dict[str, Any]], answers: Sequence[str], faults: Counter[str]
) -> AIMessage:
    """The message with its calls as they are meant; what is wrong with it is counted."""
    metadata = message.response_metadata
    reason = str(metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason") or "")
    if reason in CUT_OFF:
        faults["cut-off"] += 1
    size = len(str(message.content)) + sum(len(str(call["args"])) for call in _every_call(message))
    if size > LONGEST:
        faults["too-big"] += 1
        short = str(message.text)[:500]
        return AIMessage(short, usage_metadata=message.usage_metadata, response_metadata=metadata)
    calls: list[Any] = [dict(call) for call in readable(message.tool_calls)]
    unread: list[Any] = []
    for call in message.invalid_tool_calls:
        arguments = object_of(call["args"] or "")
        if arguments is None or not call["name"]:
            unread.append(call)
        else:
            faults["unreadable-call"] += 1
            calls.append({"name": call["name"], "args": readable(arguments), "id": call["id"], "type": "tool_call"})
    content = readable(message.content)
    if content != message.content or calls[: len(message.tool_calls)] != [dict(call) for call in message.tool_calls]:
        faults["half-characters"] += 1
    refusal = message.additional_kwargs.get("refusal")
    if not calls and not unread:
        found = calls_in(str(message.text), offered, answers)
        calls = [{"name": name, "args": readable(said), "id": None, "type": "tool_call"} for name, said in found]
        text = str(refusal or message.text)
        if calls:
            faults["call-in-text"] += 1
            content = readable(str(message.text))
        elif refusal or reason in FILTERED or (answers and REFUSAL.search(text[:1000])):
            faults["refusal"] += 1
            content = readable(text)
        elif not text.strip():
            faults["empty"] += 1
        elif answers and reason not in CUT_OFF:
            faults["words"] += 1
    return message.model_copy(
        update={
            "content": content,
            "tool_calls": _with_ids(calls),
            "invalid_tool_calls": unread,
            "additional_kwargs": {},  # holds the calls once more, as they were sent
        }
    )


def _every_call(message: AIMessage) -> list[Any]:
    return [*message.tool_calls, *message.invalid_tool_calls]


def _with_ids(calls: Sequence[Any]) -> list[ToolCall]:
    """The calls, each with an id of its own."""
    taken: set[str] = set()
    result = []
    for call in calls:
        name = str(call["id"] or "")
        name = name if name and name not in taken else f"call-{uuid4().hex[:12]}"
        taken.add(name)
        result.append(ToolCall(name=call["name"], args=call["args"], id=name, type="tool_call"))
    return result
