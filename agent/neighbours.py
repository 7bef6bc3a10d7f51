"""The library tasks near a proposal: what the coder may write from, and what the critic compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from memory import Novelty
from memory.failure import proposal_words
from sim.errors import UsageError
from tools import Toolbox

REFERENCES = 4
NEAREST = 3


def reference_names(toolbox: Toolbox, proposal: Mapping[str, Any], k: int = REFERENCES) -> list[str]:
    """Names of the k library tasks nearest to a proposal in words, nearest first."""
    found = json.loads(toolbox.call("search_tasks", query=proposal_words(proposal), k=k))["results"]
    return [str(item["name"]) for item in found]


def nearest_tasks(toolbox: Toolbox, novelty: Novelty, k: int = NEAREST) -> list[dict[str, Any]]:
    """The k nearest library tasks with their instructions; one that is gone meanwhile is left out."""
    told = []
    for hit in novelty.nearest[:k]:
        try:
            task = json.loads(toolbox.call("read_task", name=hit.name))
        except UsageError:
            continue
        told.append({"name": hit.name, "title": hit.title, "score": hit.score, "instruction": task["instruction"]})
    return told
