"""What an agent may do: small tools, each a thin door to memory or simulator.

Names are loaded when they are first used, so that `tools.environments` does not load what the agents need.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.toolbox import Toolbox as Toolbox
    from tools.toolbox import build_tools as build_tools

__all__ = ["Toolbox", "build_tools"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tools' has no attribute {name!r}")
    return getattr(importlib.import_module("tools.toolbox"), name)
