"""The proposer: reads the library and thinks of a task that it does not have, or of a step towards a goal."""

from __future__ import annotations

from typing import Any

from agent.answers import CannotPropose, Proposal
from agent.place import Place
from agent.roles import Mind, NoAnswer, Usage, ask

TOOLS = ("search_tasks", "read_task", "check_novelty", "list_assets")


def propose(mind: Mind, place: Place, brief: dict[str, Any]) -> tuple[Proposal | CannotPropose | NoAnswer, Usage]:
    """A proposal, or why there is none.

    Args:
        mind: Models and tools.
        place: Where in the session it is asked.
        brief: See `agent.briefs.proposal_brief`.
    """
    return ask(mind, place, TOOLS, (Proposal, CannotPropose), brief)
