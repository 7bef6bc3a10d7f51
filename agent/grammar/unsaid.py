"""What the grammar answers to a goal that it cannot express: why, and the nearest goal that it can."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unsaid:
    """The grammar cannot express a goal.

    Attributes:
        reason: What cannot be done, in one sentence.
        nearest: The nearest goal that can be done; empty until it is looked for.
    """

    reason: str
    nearest: str = ""
