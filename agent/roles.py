"""How a role is run: a LangChain agent with its tools, whose answer is one of its schemas."""

from __future__ import annotations

import base64
import functools
import json
import operator
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolErrorMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from pydantic import BaseModel

from agent.diligence import Diligence
from agent.misspoken import Misspoken
from agent.models import Models, model_errors
from agent.place import Place
from sim.errors import SimsmithError
from tools import Toolbox

MAX_CALLS = 16  # of the model, for one answer


@dataclass(frozen=True)
class Mind:
    """The models that think and the tools they may use.

    Attributes:
        models: The chat model of each role.
        toolbox: All tools; each role takes its own.
        recorder: What stands closest to the model, to keep or to replay what it says; None for nothing.
        clock: Seconds since any moment; what an answer took is measured with it.
    """

    models: Models
    toolbox: Toolbox
    recorder: Any = None
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class NoAnswer:
    """A role that gave no usable answer, and why."""

    reason: str


@dataclass(frozen=True)
class Usage:
    """What an answer took: calls of the model, tool calls, tokens and US dollars as the server counted them.

    Attributes:
        seconds: From the question to the answer, tools and waiting included.
        faults: What went wrong on the way and was handled, by kind.
        read: The library tasks that were read for it.
        model: Name of the model.
    """

    calls: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    model: str = ""

    def as_dict(self) -> dict[str, float]:
        """What can be summed, by name; the cost where the server says it."""
        counts: dict[str, float] = {
            "calls": self.calls,
            "tool_calls": self.tool_calls,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }
        return counts if self.cost_usd is None else counts | {"cost_usd": self.cost_usd}


def ask(
    mind: Mind,
    place: Place,
    tools: Sequence[str],
    answers: tuple[type[BaseModel], ...],
    brief: dict[str, Any],
    pictures: Sequence[Path] = (),
) -> tuple[Any, Usage]:
    """Lets a role work until it answers with one of `answers`, or with `NoAnswer`.

    Args:
        mind: Models and tools.
        place: Which role is asked, and where in the session; its prompt is `agent/prompts/<role>.md`.
        tools: Names of its tools.
        answers: The schemas that it may answer with.
        brief: What it has to know, JSON-serialisable.
        pictures: PNG files that it is shown, if it sees.

    Raises:
        EnvironmentBroken: The model's server cannot serve.
    """
    start, voice = mind.clock(), mind.models.of(place.role)
    schema: Any = functools.reduce(operator.or_, answers)
    manners: list[Any] = [
        ModelCallLimitMiddleware(run_limit=MAX_CALLS, exit_behavior="end"),
        ToolErrorMiddleware(on_error=_told),
    ]
    if not voice.choice.is_composer:
        if voice.manner == "tools":
            manners.append(Diligence())
        manners.append(Misspoken(answers[0].__name__, voice.choice.where))
    agent = create_agent(
        voice.model,
        mind.toolbox.choose(tools),
        system_prompt=resources.files("agent").joinpath(f"prompts/{place.role}.md").read_text(encoding="utf-8"),
        response_format=ToolStrategy(schema),
        middleware=manners,
    )
    message = _message(brief, pictures if voice.sees else ())
    with model_errors(voice.choice):
        state = agent.invoke({"messages": [message]}, {"recursion_limit": 8 * MAX_CALLS})
    # Beyond the limit the last message is the middleware's own.
    said = [item for item in state["messages"] if isinstance(item, AIMessage)][:MAX_CALLS]
    told = [item for item in state["messages"] if isinstance(item, ToolMessage)]
    usage = replace(_usage(said, told), seconds=mind.clock() - start, model=voice.choice.name)
    answer = state.get("structured_response")
    if isinstance(answer, answers):
        return answer, usage
    return NoAnswer(_why(said, [str(item.text) for item in told])), usage


def _message(brief: dict[str, Any], pictures: Sequence[Path]) -> HumanMessage:
    """The first message: the brief, and the pictures."""
    text = f"Here is your brief.\n\n```json\n{json.dumps(brief, indent=1)}\n```"
    if not pictures:
        return HumanMessage(text)
    shown = [base64.b64encode(picture.read_bytes()).decode() for picture in pictures]
    images = [{"type": "image", "base64": item, "mime_type": "image/png"} for item in shown]
    return HumanMessage([{"type": "text", "text": text}, *images])


def _told(error: Exception, _: Any) -> str | None:
    """What a tool could not do, in words that the model can act on; anything a person must mend goes on up."""
    if isinstance(error, SimsmithError) and error.exit_code == 2:
        return json.dumps({"error": error.message, "remedy": error.remedy})
    return None


def _why(said: Sequence[AIMessage], heard: Sequence[str]) -> str:
    if not heard:
        return "the model made no tool call; it has to support them"
    return (
        f"no answer after {len(said)} calls of the model; the last that it heard: {' '.join(heard[-1].split())[:300]}"
    )


def _usage(said: Sequence[AIMessage], told: Sequence[ToolMessage]) -> Usage:
    counted = [message.usage_metadata for message in said if message.usage_metadata]
    costs = [cost for message in said if (cost := _cost(message)) is not None]
    return Usage(
        calls=len(said),
        tool_calls=sum(len(message.tool_calls) for message in said),
        input_tokens=sum(item["input_tokens"] for item in counted),
        output_tokens=sum(item["output_tokens"] for item in counted),
        cost_usd=sum(costs) if costs else None,
        read=_read(said, told),
    )


def _cost(message: AIMessage) -> float | None:
    """What the server charged for a message, in US dollars, where it says so beside the tokens, as some do."""
    usage = message.response_metadata.get("token_usage")
    cost = usage.get("cost") if isinstance(usage, dict) else None
    return float(cost) if isinstance(cost, (int, float)) else None


def _read(said: Sequence[AIMessage], told: Sequence[ToolMessage]) -> tuple[str, ...]:
    """The library tasks whose programs the model was shown, in order."""
    answered = {item.tool_call_id for item in told if item.status == "success"}
    calls = [call for message in said for call in message.tool_calls if call["id"] in answered]
    return tuple(dict.fromkeys(str(call["args"].get("name")) for call in calls if call["name"] == "read_task"))
