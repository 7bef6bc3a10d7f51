"""What a model gets wrong on its way to an answer: it is told, and can mend it, a bounded number of times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, hook_config
from langchain.agents.structured_output import MultipleStructuredOutputsError
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, ToolMessage
from pydantic import ValidationError

from agent.misspoken import UNREAD

USELESS = 5  # answers in a row of which nothing could be used
SILENT = 3  # answers in a row without any call
TAKEN = "Thank you."  # what is said to an answer
TWO = "Error: these are two answers. Please give one."
WRONG = "Error: this does not fit: "


class Mending(AgentMiddleware):
    """Asks a model that said nothing to be used once more, and lets one alone that does not learn.

    Args:
        how: What it is told of the form of its answer.
        answers: Names of the answers.
    """

    def __init__(self, how: str, answers: Sequence[str]) -> None:
        super().__init__()
        self._how = how
        self._answers = set(answers)

    @hook_config(can_jump_to=["end"])
    def before_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """Asks no more where nothing comes of it."""
        return {"jump_to": "end"} if useless(state["messages"]) >= USELESS else None

    @hook_config(can_jump_to=["model", "end"])
    def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """Says what to do after each answer of the model."""
        said = next((item for item in reversed(state["messages"]) if isinstance(item, AIMessage)), None)
        if said is None or state.get("structured_response") is not None:
            return None
        if said.response_metadata.get("over"):
            return {"jump_to": "end"}
        if said.tool_calls:
            return None
        if silent(state["messages"]) >= SILENT:
            return {"jump_to": "end"}
        return {"jump_to": "model", "messages": [HumanMessage(f"{_missed(said)} {self._how}")]}


def useless(messages: Sequence[AnyMessage | BaseMessage]) -> int:
    """How many answers at the end of a conversation had nothing that could be used: no call, or calls that failed."""
    count, answered = 0, list[ToolMessage]()
    for message in reversed(messages):
        if isinstance(message, ToolMessage):
            answered.append(message)
        elif isinstance(message, AIMessage):
            if len(answered) < len(message.tool_calls) or not all(map(failed, answered)):
                return count
            count, answered = count + 1, []
    return count


def silent(messages: Sequence[AnyMessage | BaseMessage]) -> int:
    """How many answers at the end of a conversation had no call at all."""
    count = 0
    for message in reversed(messages):
        if isinstance(message, AIMessage) and message.tool_calls:
            return count
        count += isinstance(message, AIMessage)
    return count


def failed(message: ToolMessage) -> bool:
    """Whether a call did not work."""
    return message.status == "error" or str(message.text).startswith((TWO, WRONG))


def explain(error: Exception) -> str:
    """What is wrong with an answer, in words that a model can act on."""
    if isinstance(error, MultipleStructuredOutputsError):
        return TWO
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ValidationError):
        cause = getattr(cause, "source", None) or cause.__cause__
    if cause is None:
        return f"{WRONG}{' '.join(str(error).split())[:300]}"
    wrong = [f"{'.'.join(map(str, item['loc'])) or 'the answer'}: {item['msg']}" for item in cause.errors()[:8]]
    return f"{WRONG}{'; '.join(wrong)[:1000]}. Please answer again."


def count_faults(messages: Sequence[BaseMessage], tools: Sequence[str], answers: Sequence[str]) -> Counter[str]:
    """What went wrong in a conversation, by kind.

    Args:
        messages: The conversation.
        tools: Names of the role's tools.
        answers: Names of its answers.
    """
    faults: Counter[str] = Counter()
    for message in messages:
        if isinstance(message, AIMessage):
            noted = message.response_metadata.get("faults")
            faults.update(noted if isinstance(noted, dict) else {})
        elif isinstance(message, ToolMessage) and failed(message):
            faults[_fault(message, tools, answers)] += 1
    return faults


def _fault(message: ToolMessage, tools: Sequence[str], answers: Sequence[str]) -> str:
    text = str(message.text)
    if text == UNREAD:
        return "unreadable-call"
    if message.name in answers:
        return "two-answers" if text.startswith(TWO) else "wrong-answer"
    return "failed-call" if message.name in tools else "unknown-tool"


def _missed(said: AIMessage) -> str:
    """What was wrong with an answer without a call."""
    faults = said.response_metadata.get("faults") or {}
    if "too-big" in faults:
        return "Your answer was far too long to be read."
    if "cut-off" in faults:
        return "Your answer was cut off before its end. Be shorter."
    if "empty" in faults:
        return "Your answer was empty."
    return "Your answer could not be read."
