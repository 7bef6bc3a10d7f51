"""Tools that ask the task library: search, read, novelty."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool

from memory import Novelty, TaskLibrary, TaskRecord
from sim.signature import Signature

MEASURED = 3000  # tasks whose diversity is measured, at most


def library_tools(library: TaskLibrary) -> list[BaseTool]:
    """The tools that ask this library."""

    def search_tasks(query: str, k: int = 5) -> str:
        """Find the library tasks nearest to a text, nearest first, with scores (1 = the same).

        Args:
            query: What the task is about, in words.
            k: How many tasks to return, at most 20.
        """
        hits = library.search(query, max(1, min(k, 20)))
        found = [
            {"name": hit.name, "title": hit.title, "score": hit.score, "instruction": library.get(hit.name).instruction}
            for hit in hits
        ]
        return json.dumps({"results": found})

    def list_tasks() -> str:
        """List the names of all library tasks."""
        return json.dumps({"names": library.names()})

    def read_task(name: str) -> str:
        """Read one library task: title, instruction, and its whole program.

        Args:
            name: The task's name.
        """
        record = library.get(name)
        told = {"name": record.name, "title": record.title, "instruction": record.instruction, "code": record.code}
        return json.dumps(told | {"origin": record.origin, "assets": record.assets})

    def library_diversity() -> str:
        """Measure the library: how many tasks, how many different ones in effect, how far the nearest is on average.

        Beyond a few thousand tasks, where it would take long, only their number is told.
        """
        names = library.names()
        told: dict[str, float | None] = {"tasks": len(names), "vendi": None, "mean_nearest": None}
        if len(names) <= MEASURED:
            from memory.statistics import MIXTURE, library_statistics

            records = library.records()
            found = library_statistics(records, library.vectors(records))
            told |= {"vendi": found.vendi[MIXTURE], "mean_nearest": found.nearest_distance[MIXTURE]}
        return json.dumps(told)

    def check_novelty(
        title: str,
        description: str,
        instructions: list[str],
        code: str = "",
        scene: dict[str, Any] | None = None,
    ) -> str:
        """Check whether a task is new to the library; says why not, and which tasks are nearest.

        Args:
            title: The task's title.
            description: What it is, in a sentence or two.
            instructions: What the robot is told, one for each goal.
            code: The task program, if there is one already.
            scene: The scene signature from a verdict, if there is one already.
        """
        novelty = judge(library, title, description, instructions, code, scene)
        return novelty.model_dump_json()

    return [tool(function) for function in (search_tasks, list_tasks, read_task, library_diversity, check_novelty)]


def judge(
    library: TaskLibrary, title: str, description: str, instructions: list[str], code: str, scene: dict[str, Any] | None
) -> Novelty:
    """Novelty of a task that is not in the library yet."""
    record = TaskRecord(
        name="candidate",
        title=title,
        description=description,
        instructions=tuple(instructions),
        code=code,
        signature=Signature.model_validate(scene) if scene else None,
    )
    return library.novelty(record, k=3)


def tool(function: Any) -> BaseTool:
    """A function as a tool; its signature and docstring are the schema that a model sees."""
    return StructuredTool.from_function(function, parse_docstring=True)
