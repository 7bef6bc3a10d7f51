"""A task record: what the library remembers of one task."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from sim.layout import Frozen
from sim.signature import Signature
from sim.verdict import Verdict

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}$"

TaskName = Annotated[str, Field(pattern=NAME_PATTERN)]


def utc_now() -> str:
    """The present moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat()


def _is_utc(text: str) -> str:
    offset = datetime.fromisoformat(text).utcoffset()
    if offset is None or offset.total_seconds() != 0:
        raise ValueError("not a moment in UTC, such as 2026-01-31T12:00:00+00:00")
    return text


Moment = Annotated[str, AfterValidator(_is_utc)]


class Review(Frozen):
    """What a critic (an agent or a person) said of a task.

    Attributes:
        reviewer: Who: a role, a model's name or `human`.
        keep: Whether the task is worth keeping.
        reason: Why, in one sentence.
    """

    reviewer: str
    keep: bool
    reason: str


class TaskRecord(Frozen):
    """One task as the library remembers it; its pictures are kept beside it.

    Attributes:
        schema_version: Version of this shape on disk.
        name: The task's name in kebab-case, unique in a library.
        title: A few words for lists.
        description: What the task is, in one or two sentences.
        instructions: What the robot is told, one for each goal of the first seed.
        code: The task program, character for character.
        assets: The assets of the first seed's objects.
        origin: `human`, `composer`, or the name of the model that wrote it.
        parents: The library tasks that it was written from.
        verdict: The proof it was committed with, None when it was never verified.
        reviews: What the critics said.
        created_at: When it was made, ISO 8601 in UTC.
        signature: The scene view, None when no layout was made.
        session: The session that made it, empty for none.
        proposal: What the proposer answered, as it stands in the session's log.
    """

    schema_version: Literal[1] = 1
    name: TaskName
    title: str = ""
    description: str = ""
    instructions: tuple[str, ...] = ()
    code: str = ""
    assets: tuple[str, ...] = ()
    origin: str = "human"
    parents: tuple[str, ...] = ()
    verdict: Verdict | None = None
    reviews: tuple[Review, ...] = ()
    created_at: Moment = Field(default_factory=utc_now)
    signature: Signature | None = None
    session: str = ""
    proposal: dict[str, Any] = Field(default_factory=dict)

    @property
    def instruction(self) -> str:
        """The whole task in one line: its different instructions, in order."""
        return "; ".join(_different(self.instructions))

    @property
    def language(self) -> str:
        """The text that the language view compares: title, description and instructions, each said once."""
        return ". ".join(_different((self.title, self.description, *self.instructions)))

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created_at)


def _different(texts: Iterable[str]) -> list[str]:
    """The texts without empty ones and repetitions (upper and lower case and a last full stop do not matter)."""
    kept: dict[str, str] = {}
    for text in texts:
        cleaned = text.strip().rstrip(".")
        kept.setdefault(cleaned.casefold(), cleaned)
    return [text for text in kept.values() if text]
