"""A conversation that is too long for a model, made shorter: first what tools said, then the brief's long parts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, ToolMessage

BLOCK = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
# At each level: characters kept of what a tool said; of a text of the brief; entries of a list; of what stands below.
LEVELS = (
    (4000, None, None, 12_000),
    (1000, 4000, 60, 4000),
    (300, 1500, 15, 1000),
    (100, 400, 5, 200),
)


def shortened(messages: Sequence[BaseMessage], level: int) -> list[BaseMessage]:
    """The conversation at a level of shortness; system messages and what the model said stay as they are.

    Args:
        messages: The conversation; the JSON block of its first human message is the brief.
        level: From 1; beyond `len(LEVELS)` nothing more is left out.
    """
    tool, text, entries, below = LEVELS[min(level, len(LEVELS)) - 1]
    result: list[BaseMessage] = []
    briefed = False
    for message in messages:
        if isinstance(message, ToolMessage):
            result.append(message.model_copy(update={"content": _cut(str(message.text), tool)}))
        elif isinstance(message, HumanMessage) and not briefed:
            briefed = True
            told = _brief(str(message.text), text, entries, below)
            result.append(message.model_copy(update={"content": told}))
        else:
            result.append(message)
    return result


def _brief(told: str, text: int | None, entries: int | None, below: int) -> str:
    found = BLOCK.search(told)
    if not found:
        return _cut(told, text or len(told))
    after = told[found.end() :]
    if text is not None and entries is not None:
        try:
            brief = json.dumps(_smaller(json.loads(found[1]), text, entries), indent=1)
        except ValueError:
            brief = _cut(found[1], text)
    else:
        brief = found[1]
    return f"{told[: found.start()]}```json\n{brief}\n```{_cut(after, below)}"


def _smaller(value: Any, text: int, entries: int) -> Any:
    if isinstance(value, str):
        return _cut(value, text)
    if isinstance(value, dict):
        return {key: _smaller(item, text, entries) for key, item in value.items()}
    if isinstance(value, list):
        kept = [_smaller(item, text, entries) for item in value[:entries]]
        return [*kept, f"({len(value) - entries} more left out)"] if len(value) > entries else kept
    return value


def _cut(text: str, length: int) -> str:
    """The beginning of a text, and how much of it is left out."""
    left_out = len(text) - length
    return text if left_out <= 40 else f"{text[:length]}\n[{left_out} characters left out]"
