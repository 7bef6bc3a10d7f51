"""Documents that an earlier version wrote, in today's shape. Reading migrates in memory; no file is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from memory.errors import WrittenByNewer

Document = dict[str, Any]
Step = Callable[[Document], Document]


def _with_provenance(document: Document) -> Document:
    """2: tasks say how they came about; of an earlier one nothing more is known than what it says elsewhere."""
    return document | {"provenance": None}


# The first step makes version 2 of version 1, the next one version 3 of version 2, and so on.
TASK_STEPS: tuple[Step, ...] = (_with_provenance,)
FAILURE_STEPS: tuple[Step, ...] = ()


def migrated(document: Document, steps: Sequence[Step], where: Path | str) -> Document:
    """The document in the newest shape that these steps lead to.

    Args:
        document: What a file holds, with its `schema_version` (1 where it says none).
        steps: How each version becomes the next one.
        where: The file, for the message.

    Raises:
        WrittenByNewer: A newer simsmith wrote it.
    """
    newest = len(steps) + 1
    version = document.get("schema_version", 1)
    if not isinstance(version, int) or version < 1:
        return document  # whoever validates it says what is wrong
    if version > newest:
        raise WrittenByNewer(
            f"{where} was written by a newer simsmith (schema version {version}, this one reads up to {newest})",
            "update simsmith: pip install --upgrade simsmith",
        )
    for number in range(version, newest):
        document = steps[number - 1](document) | {"schema_version": number + 1}
    return document
