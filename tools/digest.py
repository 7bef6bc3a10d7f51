"""The tool that tells of the library at a glance."""

from __future__ import annotations

import json

from langchain_core.tools import BaseTool

from memory import FailureStore, TaskLibrary
from memory.digest import Digester, shortened
from tools.library_tools import tool


def digest_tools(library: TaskLibrary, failures: FailureStore) -> list[BaseTool]:
    """The tools that tell of this library and of these failures."""
    digester = Digester(library, failures)

    def library_digest(most_names: int | None = None) -> str:
        """Tell what the library has, what it lacks, and what failed lately.

        Its `gaps` are what no task does yet, the most useful first; `recent_failures` say what not to repeat.

        Args:
            most_names: How many names to list at most, such as 50; a library can have thousands. Null for all.
        """
        digest = digester.digest().model_dump(mode="json")
        return json.dumps(digest if most_names is None else shortened(digest, max(0, most_names)))

    return [tool(library_digest)]
