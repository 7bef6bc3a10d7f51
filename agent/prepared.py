"""What a role without tools is told beforehand: what its tools would have said, had it called the essential ones.

Small models do better with what they need in front of them than with a protocol for asking, so no such protocol is
taught. A call that one writes all the same is understood and answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sim.errors import SimsmithError
from tools import Toolbox

EXAMPLES = 2  # library tasks that the coder is shown
LISTED = 5  # library tasks that are near a goal


def prepared(role: str, toolbox: Toolbox, brief: Mapping[str, Any]) -> str:
    """What the essential tools of a role say, in sections; empty for a role that needs none.

    Args:
        role: The role.
        toolbox: All tools.
        brief: What the role is told.
    """
    calls = {"proposer": _for_proposer, "coder": _for_coder}.get(role)
    told = (
        [(name, arguments, _said(toolbox, name, arguments)) for name, arguments in calls(toolbox, brief)]
        if calls
        else []
    )
    return "".join(f"\n\n## What {_written(name, arguments)} says\n\n{said}" for name, arguments, said in told if said)


def _for_proposer(_: Toolbox, brief: Mapping[str, Any]) -> Sequence[tuple[str, dict[str, Any]]]:
    assets: tuple[str, dict[str, Any]] = ("list_assets", {})
    goal = str(brief.get("goal") or "")
    return [assets, ("search_tasks", {"query": goal, "k": LISTED})] if goal else [assets]


def _for_coder(toolbox: Toolbox, brief: Mapping[str, Any]) -> Sequence[tuple[str, dict[str, Any]]]:
    names = list(brief.get("references") or [])[:EXAMPLES] or _nearest(toolbox, brief.get("proposal") or {})
    examples = [("read_task", {"name": name}) for name in names]
    return [("read_task_guide", {}), ("list_assets", {}), *examples]


def _nearest(toolbox: Toolbox, proposal: Mapping[str, Any]) -> list[str]:
    """The library tasks that are most like a proposal."""
    query = str(proposal.get("description") or proposal.get("title") or "")
    said = _said(toolbox, "search_tasks", {"query": query, "k": EXAMPLES}) if query.strip() else ""
    return [str(item["name"]) for item in json.loads(said)["results"]] if said else []


def _said(toolbox: Toolbox, name: str, arguments: dict[str, Any]) -> str:
    """What a tool says; nothing where it cannot, as of a name that the library does not have."""
    try:
        return toolbox.call(name, **arguments)
    except SimsmithError as error:
        if error.exit_code != 2:
            raise
        return ""


def _written(name: str, arguments: Mapping[str, Any]) -> str:
    return f"{name}({', '.join(json.dumps(value) for value in arguments.values())})"
