"""How a candidate came about, for its record: which model and prompts, what it was shown, and what it took."""

from __future__ import annotations

import functools
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from memory import Provenance

if TYPE_CHECKING:
    from agent.models import Models
    from agent.shapes import Candidate


def provenance_of(candidate: Candidate, models: Models) -> Provenance:
    """The provenance of a candidate that is to be committed.

    Args:
        candidate: The candidate.
        models: The models that the roles speak through.
    """
    took = candidate["usage"]
    return Provenance(
        model=models.choice("coder").name,
        prompt_version=prompt_version(),
        references=tuple(candidate["read"]),
        lessons=tuple(candidate["lessons"]),
        repairs=candidate["repairs"],
        calls=int(took.get("calls", 0)),
        input_tokens=int(took.get("input_tokens", 0)),
        output_tokens=int(took.get("output_tokens", 0)),
        cost_usd=None if took.get("cost_usd") is None else round(took["cost_usd"], 6),
        seconds=round(candidate["seconds"], 3),
    )


@functools.cache
def prompt_version() -> str:
    """12 hexadecimal digits that change with any of the roles' prompts or the task guide."""
    prompts = [item for item in resources.files("agent").joinpath("prompts").iterdir() if item.name.endswith(".md")]
    texts = [*sorted(prompts, key=lambda item: item.name), resources.files("tools").joinpath("task_guide.md")]
    told = b"\0".join(item.name.encode() + b"\0" + item.read_bytes() for item in texts)
    return hashlib.sha256(told).hexdigest()[:12]
