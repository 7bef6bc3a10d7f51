"""The file that keeps model traffic: JSON lines, only ever appended.

The first line says what the file is and what the session was asked to do; each other one is one answer of a model: at
which place of the session, the how manieth there, and through which voice. Answers are found by place and number, never
by what was asked: prompts hold times and paths, which differ from run to run. So prompts are not kept, only a digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, message_to_dict, messages_from_dict
from pydantic import BaseModel

from agent.endpoints import Manner
from sim.errors import UsageError
from sim.layout import Frozen

FORMAT = "simsmith-record"
VERSION = 1
_BEGINNING = f'{{"format":"{FORMAT}"'.encode()
_LEFT_OUT = {"response_metadata": ("headers",), "additional_kwargs": ("parsed",)}


class RecordDamaged(UsageError):
    """A file is no record of model traffic, or not the whole of one (exit code 2)."""


class Heading(Frozen):
    """The first line of a record.

    Attributes:
        format: What the file is.
        version: Which version of the format.
        session: The session's id.
        settings: What the session was asked to do.
    """

    format: str = FORMAT
    version: int = VERSION
    session: str
    settings: dict[str, Any]


class Spoken(Frozen):
    """A voice without its model.

    Attributes:
        name: The model as it was asked for.
        base_url: Address of its server, without user name and password.
        temperature: Of its samples.
        manner: How it gave structured answers.
        sees: Whether it was shown pictures.
    """

    name: str
    base_url: str = ""
    temperature: float | None = None
    manner: Manner = "tools"
    sees: bool = False


class Line(Frozen):
    """One answer of a model.

    Attributes:
        place: Key of the place.
        role: Role of the place.
        round: Round of the place.
        number: Which call at this place, from 0.
        voice: Which model answered, and in which manner.
        tools: Names of what the model could call, its answers included.
        request: Digest of what it was asked.
        message: Its message, tokens included, in LangChain's shape; None where LangChain could not read it.
    """

    place: str
    role: str
    round: int
    number: int
    voice: Spoken
    tools: tuple[str, ...]
    request: str
    message: dict[str, Any] | None

    def said(self) -> AIMessage | None:
        """The message, made anew."""
        return None if self.message is None else _message(self.message)


def kept(message: AIMessage) -> dict[str, Any]:
    """A message as a line has it: without what only the provider's client needs, HTTP headers among it."""
    data = message_to_dict(message)
    for part, names in _LEFT_OUT.items():
        data["data"][part] = {key: value for key, value in data["data"][part].items() if key not in names}
    return data


def _message(data: dict[str, Any]) -> AIMessage:
    (message,) = messages_from_dict([data])
    if not isinstance(message, AIMessage):
        raise TypeError(f"{type(message).__name__} is nothing that a model says")
    return message


# -- reading ---------------------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Heading, list[Line]]:
    """A record. What a killed writer left of a last line is passed over.

    Raises:
        RecordDamaged: The file cannot be read, is no record, or has a line that is none.
    """
    content = _content(path)
    first, *others = content.split(b"\n")
    heading = _heading(path, first if others else b"")
    return heading, list(_lines(path, others[:-1]))


def begun(path: Path) -> Heading | None:
    """The heading of a record that is there; None where there is no file yet, or nothing in it.

    Raises:
        RecordDamaged: The file cannot be read, or is something else.
    """
    content = _content(path) if path.exists() else b""
    first, ended, _ = content.partition(b"\n")
    if not ended and (_BEGINNING.startswith(content) or content.startswith(_BEGINNING)):
        return None  # empty, or what a killed writer left of a heading
    return _heading(path, first)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordDamaged(f"the record {path} cannot be read: {error.strerror}", "check the file's name") from None


def _heading(path: Path, text: bytes) -> Heading:
    try:
        heading = Heading.model_validate(json.loads(text))
    except ValueError:  # Pydantic's and JSON's errors are such
        heading = None
    if heading is None or heading.format != FORMAT:
        raise RecordDamaged(f"{path} is no record of model traffic", "give a file that --record wrote") from None
    if heading.version != VERSION:
        raise RecordDamaged(
            f"{path} is a record of version {heading.version}; version {VERSION} can be read", "record it again"
        )
    return heading


def _lines(path: Path, texts: list[bytes]) -> Iterator[Line]:
    for number, text in enumerate(texts, start=2):
        try:
            line = Line.model_validate(json.loads(text))  # json reads the half characters that models write
            line.said()
        except (ValueError, LookupError, TypeError):
            told = f"line {number} of {path} is no answer of a model"
            raise RecordDamaged(told, "record the session again") from None
        yield line


# -- writing ---------------------------------------------------------------------------------------------------------


def written(item: Heading | Line) -> str:
    """An item as its line has it, in ASCII."""
    return json.dumps(item.model_dump(), default=_plain, separators=(",", ":"))


def append(path: Path, line: str) -> None:
    """Adds a line; it is on the disk when this returns. Only the file's owner can read it.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        os.fchmod(descriptor, 0o600)  # one that was there may have been open to all
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":  # a killed writer did not complete its line
            file.seek(os.pread(descriptor, size, 0).rfind(b"\n") + 1)
            file.truncate()
        file.write(line.encode("ascii") + b"\n")
        file.flush()
        os.fsync(descriptor)


def _plain(value: Any) -> Any:
    """What JSON does not know: objects that providers put into their messages."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
