"""The critic: sees proposal, program, verdict and neighbours, and says whether the task is worth keeping."""

from __future__ import annotations

from typing import Any

from agent.answers import Critique
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("read_task", "search_tasks")


def criticise(mind: Mind, place: Place, brief: dict[str, Any]) -> tuple[Critique, Usage]:
    """Whether to keep a task, and why; an answer that cannot be read is a no.

    Args:
        mind: Models and tools.
        place: Where in the session it is asked.
        brief: `proposal`, `code`, `verdict` (accepted, instructions, assets, seeds) and `novelty`.
    """
    answer, usage = ask(mind, place, TOOLS, (Critique,), brief)
    if isinstance(answer, NoAnswer):
        return Critique(keep=False, reason=f"the critic gave no answer: {answer.reason}"), usage
    return answer, usage
