"""Asks one role alone, of a model behind a server that follows a script."""

from __future__ import annotations

from typing import Any

from agent_workshop import HASTE, Critique
from langchain_core.tools import StructuredTool
from openai_server import Fault, Message, Refusal, Script, call

from agent.models import ModelChoice, load_models
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask
from tools import Toolbox

YES = call("Critique", keep=True, reason="good practice")
KEPT = Critique(keep=True, reason="good practice")
LOOK_UP = call("read_task", name="put-block-in-bowl")
RATE = Refusal(429, "slow down", headers={"Retry-After": "0.05"})


def mind_at(url: str, **settings: Any) -> Mind:
    def read_task(name: str) -> str:
        """Read a task.

        Args:
            name: Its name.
        """
        return f"the program of {name} " + "# a long line\n" * 600

    tool = StructuredTool.from_function(read_task, parse_docstring=True)
    models = load_models(ModelChoice("openai:test-model", url), {}, patience=HASTE, **settings)
    return Mind(models, Toolbox({"read_task": tool}))


def criticise(mind: Mind, **more: Any) -> tuple[Critique | NoAnswer, Usage]:
    return ask(mind, Place("critic", 1), ("read_task",), (Critique,), {"code": "x = 1\n" * 100, **more})


def in_turn(*said: Message | Fault) -> Script:
    left = list(said)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
