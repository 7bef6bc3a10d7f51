"""The coder: turns a proposal into a task program, and mends it by what the verdict says."""

from __future__ import annotations

from typing import Any

from agent.answers import Candidate
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("read_task_guide", "list_assets", "search_tasks", "read_task", "run_candidate")


def write(mind: Mind, place: Place, brief: dict[str, Any]) -> tuple[Candidate | NoAnswer, Usage]:
    """A program, or why there is none.

    Args:
        mind: Models and tools.
        place: Where in the session it is asked.
        brief: `proposal`, `attempt`, for a repair `code` and `diagnostics` of the last attempt, and `lessons`, what
            went wrong with programs like it and what mended them, where the memory has any.
    """
    return ask(mind, place, TOOLS, (Candidate,), brief)
