"""What an agent may do: small tools, each a thin door to memory or simulator."""

from tools.toolbox import Toolbox, build_tools

__all__ = ["Toolbox", "build_tools"]
