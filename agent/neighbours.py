"""The library tasks near a proposal: what the coder may write from, and what the critic compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from memory import Novelty
from memory.failure import proposal_words
from sim.errors import UsageError
from tools import Toolbox

NEAR = 4  # that are near in words
NEAREST = 3  # that novelty was judged by


def near_tasks(toolbox: Toolbox, words: str, k: int = NEAR) -> list[dict[str, Any]]:
    """The k library tasks nearest to some words, nearest first: name, title, score and instruction."""
    if not words.strip():
        return []
    found: list[dict[str, Any]] = json.loads(toolbox.call("search_tasks", query=words, k=k))["results"]
    return found


def reference_names(toolbox: Toolbox, proposal: Mapping[str, Any], k: int = NEAR) -> list[str]:
    """Names of the k library tasks nearest to a proposal in words, nearest first."""
    return [str(item["name"]) for item in near_tasks(toolbox, proposal_words(proposal), k)]


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
