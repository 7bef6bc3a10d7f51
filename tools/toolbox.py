"""All tools of one library and one sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool

from memory import FailureStore, TaskLibrary
from sim.sandbox import Sandbox
from tools.commit import commit_task_tool
from tools.digest import digest_tools
from tools.lesson_tools import lesson_tools
from tools.library_tools import library_tools
from tools.simulator_tools import simulator_tools


@dataclass(frozen=True)
class Toolbox:
    """The tools by name."""

    tools: dict[str, BaseTool]

    @classmethod
    def of(cls, library: TaskLibrary, sandbox: Sandbox, pictures: Path) -> Toolbox:
        """Every tool of this library and sandbox; see `build_tools`."""
        return cls({item.name: item for item in build_tools(library, sandbox, pictures)})

    def choose(self, names: Sequence[str]) -> list[BaseTool]:
        """The tools of a role."""
        return [self.tools[name] for name in names]

    def call(self, name: str, /, **arguments: Any) -> str:
        """Calls a tool as a model would, and returns what it says."""
        return str(self.tools[name].invoke(arguments))


def build_tools(library: TaskLibrary, sandbox: Sandbox, pictures: Path) -> list[BaseTool]:
    """Every tool: library, simulator, commit, failures, digest.

    Args:
        library: The task library.
        sandbox: Where candidates run.
        pictures: Folder for the pictures of candidates.
    """
    failures = FailureStore(library.home, library.embedder)
    return [
        *library_tools(library),
        *simulator_tools(sandbox, pictures),
        commit_task_tool(library, sandbox),
        *lesson_tools(failures),
        *digest_tools(library, failures),
    ]
