"""Lays out as `sim/candidate_process.py` does, but with all of Python's builtins: for the attack corpus only.

The screen is in the parent; what is left here against a candidate is what the kernel does.
"""

from __future__ import annotations

import builtins
from typing import Any

from sim import candidate_process


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Layouts, or a finding, for each seed; changes this process, which answers once."""
    candidate_process._allowed_builtins = lambda foreign: dict(vars(builtins))
    return candidate_process.answer(request)
