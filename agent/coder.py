"""The coder: turns a proposal into a task program, and mends it by what the verdict says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.answers import Candidate
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("read_task_guide", "list_assets", "search_tasks", "read_task", "try_candidate")


def write(
    mind: Mind, place: Place, brief: dict[str, Any], pictures: Sequence[Path] = ()
) -> tuple[Candidate | NoAnswer, Usage]:
    """A program, or why there is none. Every repair is a conversation of its own.

    Args:
        mind: Models and tools.
        place: Where in the session it is asked.
        brief: See `agent.briefs.program_brief` and `repair_brief`.
        pictures: For a repair the scene, and how the attempt ended, for models that see.
    """
    return ask(mind, place, TOOLS, (Candidate,), brief, pictures)
