"""The planner: breaks a goal into a curriculum, simple helper tasks first, the last one the goal itself."""

from __future__ import annotations

from typing import Any

from agent.answers import CannotPropose, Plan
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("search_tasks", "read_task", "list_assets")


def plan(mind: Mind, place: Place, brief: dict[str, Any]) -> tuple[Plan | CannotPropose | NoAnswer, Usage]:
    """A curriculum, or why the goal cannot be reached.

    Args:
        mind: Models and tools.
        place: Which call this is.
        brief: `goal`, `tasks` (how many, None for as many as are useful), `library` (digest), `done` (goal and name of
            each task that was made), and `failed` (goal and reason of a step that was not made, or None): with it the
            plan has one step, simpler than the one that failed.
    """
    return ask(mind, place, TOOLS, (Plan, CannotPropose), brief)
