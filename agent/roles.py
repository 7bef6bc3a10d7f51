"""How a role is run: a LangChain agent with its tools, whose answer is one of its schemas."""

from __future__ import annotations

import base64
import functools
import json
import operator
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolErrorMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from pydantic import BaseModel

from agent.diligence import Diligence
from agent.halt import Halt, Halting
from agent.interpreter import Interpreter
from agent.mending import TAKEN, Mending, count_faults, explain
from agent.misspoken import Misspoken
from agent.model_errors import ModelFault
from agent.models import Models, Voice
from agent.place import Place
from agent.plain import how_to_answer
from agent.prepared import prepared
from agent.prices import Prices
from agent.recorder import Traffic
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
        prices: What models cost, for servers that do not say it.
        clock: Seconds since any moment; what an answer took is measured with it.
        halt: Whether all are to stop.
    """

    models: Models
    toolbox: Toolbox
    recorder: Traffic | None = None
    prices: Prices = field(default_factory=Prices.load)
    clock: Callable[[], float] = time.monotonic
    halt: Halt = field(default_factory=Halt)


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

    def as_dict(self) -> dict[str, float | None]:
        """What can be summed, by name; None for a cost that is not known."""
        return {
            "calls": self.calls,
            "tool_calls": self.tool_calls,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": self.cost_usd,
        }


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
    asked = Asked(mind, place, tuple(tools), answers, brief, tuple(pictures))
    faults: Counter[str] = Counter()
    try:
        try:
            state = asked.through(voice)
        except ModelFault as fault:
            if fault.kind not in ("manner", "bad"):
                raise
            # What worked once works no longer, or what was asked for is more than was tried out.
            faults["manner"] += 1
            other = mind.models.again(place.role, voice)
            if other == voice:
                raise
            voice = other
            state = asked.through(voice)
    except ModelFault as fault:
        raise fault.for_person(voice.choice) from None
    # Beyond the limit the last message is the middleware's own.
    messages = state["messages"]
    said = [item for item in messages if isinstance(item, AIMessage)][:MAX_CALLS]
    answer = state.get("structured_response")
    if len(said) == MAX_CALLS and answer is None:
        faults["endless"] += 1
    faults.update(count_faults(messages, tools, [item.__name__ for item in answers]))
    taken = _usage(
        messages, said, functools.partial(mind.prices.cost_of, model=voice.choice.name, base_url=voice.choice.base_url)
    )
    usage = replace(taken, seconds=mind.clock() - start, faults=dict(faults), model=voice.choice.name)
    return (answer if isinstance(answer, answers) else NoAnswer(_why(messages, said))), usage


@dataclass(frozen=True)
class Asked:
    """A question to a role, which can be asked through any voice; see `ask`."""

    mind: Mind
    place: Place
    tools: tuple[str, ...]
    answers: tuple[type[BaseModel], ...]
    brief: dict[str, Any]
    pictures: tuple[Path, ...]

    def through(self, voice: Voice) -> dict[str, Any]:
        """The conversation that the question becomes.

        Raises:
            ModelFault: The model's server cannot serve.
        """
        schema: Any = functools.reduce(operator.or_, self.answers)
        agent = create_agent(
            voice.model if voice.choice.is_composer else self._interpreter(voice),
            self.mind.toolbox.choose(self.tools),
            system_prompt=resources.files("agent").joinpath(f"prompts/{self.place.role}.md").read_text("utf-8"),
            response_format=ToolStrategy(schema, tool_message_content=TAKEN, handle_errors=explain),
            middleware=self._manners(voice),
        )
        more = "" if voice.manner == "tools" else prepared(self.place.role, self.mind.toolbox, self.brief)
        message = _message(self.brief, more, self.pictures if voice.sees else ())
        key = self.place.key
        traced: Any = {"recursion_limit": 8 * MAX_CALLS, "run_name": key, "metadata": {"place": key}}
        state: dict[str, Any] = agent.invoke({"messages": [message]}, traced)
        return state

    def _interpreter(self, voice: Voice) -> Interpreter:
        return Interpreter(voice=voice, answers=self.answers, patience=self.mind.models.patience)

    def _manners(self, voice: Voice) -> list[Any]:
        """What stands around the model, the outermost first."""
        names = [item.__name__ for item in self.answers]
        limits = [
            Halting(self.mind.halt),
            ModelCallLimitMiddleware(run_limit=MAX_CALLS, exit_behavior="end"),
            ToolErrorMiddleware(on_error=_told),
        ]
        # What records stands closest to the model.
        recorder = [self.mind.recorder.at(self.place, voice)] if self.mind.recorder is not None else []
        if voice.choice.is_composer:
            return [*limits, *recorder]
        how = f"Answer by calling {' or '.join(names)}." if voice.manner == "tools" else how_to_answer(self.answers)
        # The limit has to count an answer before another one is asked for: what stands first is told of it last.
        diligence = [Diligence()] if voice.manner == "tools" else []
        return [Mending(how, names), *limits, *diligence, Misspoken(names[0], voice.choice.where), *recorder]


def _message(brief: dict[str, Any], more: str, pictures: Sequence[Path]) -> HumanMessage:
    """The first message: the brief, what there is to know besides, and the pictures."""
    text = f"Here is your brief.\n\n```json\n{json.dumps(brief, indent=1)}\n```{more}"
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


def _why(messages: Sequence[BaseMessage], said: Sequence[AIMessage]) -> str:
    last = said[-1]
    faults = last.response_metadata.get("faults") or {}
    if over := last.response_metadata.get("over"):
        return str(over)
    if "too-big" in faults:
        return "the model's answer is too big to be read"
    if not last.tool_calls:
        words = " ".join(str(last.text).split())[:200]
        meant = "the model refuses" if "refusal" in faults else "the model gave nothing that can be read as an answer"
        return f"{meant}: {words!r}" if words else "the model gave an empty answer"
    heard = next((str(item.text) for item in reversed(messages) if isinstance(item, ToolMessage)), "")
    return f"no answer after {len(said)} calls of the model; the last that it heard: {' '.join(heard.split())[:300]}"


def _usage(
    messages: Sequence[BaseMessage], said: Sequence[AIMessage], cost: Callable[[AIMessage], float | None]
) -> Usage:
    told = [item for item in messages if isinstance(item, ToolMessage)]
    counted = [message.usage_metadata for message in said if message.usage_metadata]
    costs = [cost(message) for message in said]
    return Usage(
        calls=len(said),
        tool_calls=sum(len(message.tool_calls) for message in said),
        input_tokens=sum(item["input_tokens"] for item in counted),
        output_tokens=sum(item["output_tokens"] for item in counted),
        cost_usd=None if None in costs else sum(item for item in costs if item is not None),
        read=_read(said, told),
    )


def _read(said: Sequence[AIMessage], told: Sequence[ToolMessage]) -> tuple[str, ...]:
    """The library tasks whose programs the model was shown, in order."""
    answered = {item.tool_call_id for item in told if item.status == "success"}
    calls = [call for message in said for call in message.tool_calls if call["id"] in answered]
    return tuple(dict.fromkeys(str(call["args"].get("name")) for call in calls if call["name"] == "read_task"))
