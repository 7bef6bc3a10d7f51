"""What a state keeps of rejections: how many there were, and the last of them. It does not grow with the rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

MOST = 20  # the last ones, which the next rounds are told of


def rejections(state: Mapping[str, Any]) -> dict[str, int]:
    """How many were rejected so far, by reason.

    Args:
        state: The session's: `refused` and `rejected`.
    """
    # A session that was begun before they were counted has all of them.
    return dict(state.get("refused") or Counter(item["reason"] for item in state.get("rejected", [])))


def rejecting(state: Mapping[str, Any], new: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What changes in the state where these are rejected: round, name, reason, detail."""
    told = [{word: item[word] for word in ("round", "name", "reason", "detail")} for item in new]
    counted = Counter(rejections(state)) + Counter(item["reason"] for item in told)
    return {"rejected": [*state["rejected"], *told][-MOST:], "refused": dict(counted)}
