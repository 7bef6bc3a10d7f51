"""How much each view counts in a score: measured on queries with known answers (`benchmarks/retrieval.py`)."""

from __future__ import annotations

import functools
import math
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.novelty import View
from sim.layout import Frozen

Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _whole(shares: dict[View, float]) -> dict[View, float]:
    if not math.isclose(sum(shares.values()), 1.0, abs_tol=1e-6):
        raise ValueError("shares that do not sum to 1")
    return shares


Shares = Annotated[dict[View, Share], AfterValidator(_whole)]


class Weights(Frozen):
    """The shares of the views, which sum to 1; where a view cannot be taken the others share its part.

    Attributes:
        text: When a text is compared with tasks: with the words of their programs, with what is said of them, and what
            it says of a scene with their scenes.
        task: When a task is compared with tasks.
        made_from: What they were fitted on, in words.
    """

    text: Shares
    task: Shares
    made_from: str = ""

    @classmethod
    def load(cls) -> Weights:
        """The fitted ones (`memory/weights.json`)."""
        return _fitted()


@functools.cache
def _fitted() -> Weights:
    return Weights.model_validate_json(resources.files("memory").joinpath("weights.json").read_text(encoding="utf-8"))
