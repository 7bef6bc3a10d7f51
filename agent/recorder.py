"""Keeps what models say in a session, and says it again without them: `--record` and `--replay`.

Both stand next to the model, as the innermost middleware of each asking of a role. What is recorded is the model's own
message; all that is made of it (tools called, answers read, mistakes told) happens anew in a replay.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain.agents.structured_output import StructuredOutputError
from langchain_core.messages import AIMessage
from langchain_core.tools import BaseTool
from pydantic import ValidationError

from agent import record
from agent.addresses import settings_without_credentials, without_credentials
from agent.models import ModelChoice, Models, Voice
from agent.place import Place
from agent.record import Heading, Line, Spoken
from agent.silent import NotRecorded, Silent
from sim.errors import EnvironmentBroken, UsageError

SHORTEST_SECRET = 8  # characters; anything shorter may stand in ordinary words
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)

logger = logging.getLogger(__name__)


class Traffic(Protocol):
    """What stands next to the models of a session: a `Recorder` or a `Replay`."""

    def at(self, place: Place, voice: Voice) -> AgentMiddleware[Any, Any, Any]:
        """The middleware for one asking of a role; it has to be the innermost, the last of its list."""
        ...


class Recorder:
    """Writes down what models say. Any thread may record.

    Args:
        path: The file; it has its heading.
        secrets: Texts that are blotted out wherever a model says them.
    """

    def __init__(self, path: Path, secrets: Iterable[str] = ()) -> None:
        self.path = path
        self._secrets = tuple(secrets)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, session: str, settings: Mapping[str, Any], secrets: Iterable[str] = ()) -> Recorder:
        """Begins a record, or goes on with the record of this session.

        Args:
            path: The file, made with its folders.
            session: The session's id.
            settings: What the session is asked to do, JSON-serialisable.
            secrets: Texts that are blotted out wherever a model says them; see `secrets_of`.

        Raises:
            UsageError: The file holds something else; it is left as it is.
            EnvironmentBroken: The file cannot be written.
        """
        recorder, heading = cls(path, secrets), record.begun(path)
        if heading is None:
            recorder._write(Heading(session=session, settings=settings_without_credentials(settings)))
        elif heading.session != session:
            raise UsageError(f"{path} holds the record of session {heading.session}", "name another file to record in")
        return recorder

    def at(self, place: Place, voice: Voice) -> AgentMiddleware[Any, Any, Any]:
        """The middleware that records one asking of a role."""
        return _Recording(self, place, voice)

    def record(self, line: Line) -> None:
        """Writes down an answer; it is on the disk when this returns.

        Raises:
            EnvironmentBroken: The file cannot be written.
        """
        self._write(line)

    def _write(self, item: Heading | Line) -> None:
        text = record.written(item)
        for secret in self._secrets:
            text = text.replace(json.dumps(secret)[1:-1], "[secret]")
        try:
            with self._lock:
                record.append(self.path, text)
        except OSError as error:
            told = f"the record {self.path} cannot be written: {error.strerror}"
            raise EnvironmentBroken(told, "name another file, or free the disk") from None


@dataclass(frozen=True)
class Replay:
    """Says again what models said.

    Attributes:
        path: The file.
        session: Id of the session that was recorded.
        settings: What it was asked to do.
        lines: The answers by key and number of their place. Of several, the last: a session that was killed asks again.
    """

    path: Path
    session: str
    settings: dict[str, Any]
    lines: Mapping[tuple[str, int], Line]
    _warned: set[str] = field(default_factory=set, repr=False, compare=False)

    @classmethod
    def open(cls, path: Path) -> Replay:
        """Reads a record.

        Raises:
            RecordDamaged: The file cannot be read, is no record, or has a line that is none.
        """
        heading, lines = record.read(path)
        return cls(path, heading.session, heading.settings, {(line.place, line.number): line for line in lines})

    @property
    def models(self) -> dict[str, str]:
        """The name of the model of each role that spoke."""
        return {role: spoken.name for role, spoken in self._spoken().items()}

    @property
    def rounds(self) -> int:
        """The last round in which a model spoke."""
        return max((line.round for line in self.lines.values()), default=0)

    def voices(self) -> Models:
        """The voices of all roles, as they were, but with models that are silent: no key and no network is needed."""
        default = ModelChoice(
            str(self.settings.get("model") or "composer"),
            str(self.settings.get("base_url") or ""),
            self.settings.get("temperature"),
        )
        voices = {
            role: Voice(
                ModelChoice(said.name, said.base_url, said.temperature), Silent(), manner=said.manner, sees=said.sees
            )
            for role, said in self._spoken().items()
        }
        return Models(Voice(default, Silent()), voices)

    def at(self, place: Place, voice: Voice) -> AgentMiddleware[Any, Any, Any]:
        """The middleware that replays one asking of a role."""
        return _Replaying(self, place, voice)

    def answer(self, place: Place, number: int) -> Line:
        """What was said there.

        Raises:
            NotRecorded: Nothing was.
        """
        line = self.lines.get((place.key, number))
        if line is None:
            raise NotRecorded(
                f"{self.path} has no answer of the {place.role} at {place.key}, call {number + 1}",
                "the session was stopped there, or takes another way with this library or version; record it again",
            )
        return line

    def compare(self, line: Line, voice: Voice, tools: tuple[str, ...]) -> None:
        """Warns, once for each role, where it answers in another manner than recorded, or with other tools.

        Other words in the request are to be expected and say nothing.
        """
        if (line.voice.manner, line.tools) == (voice.manner, tools) or line.role in self._warned:
            return
        self._warned.add(line.role)
        logger.warning(
            "the %s was recorded answering by %s with %s, and now answers by %s with %s: it may be misunderstood",
            *(line.role, line.voice.manner, ", ".join(line.tools) or "no tools"),
            *(voice.manner, ", ".join(tools) or "no tools"),
        )

    def _spoken(self) -> dict[str, Spoken]:
        return {line.role: line.voice for line in self.lines.values()}


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of environment variables whose names say that they are secret, the longest first."""
    values = {value for name, value in environment.items() if SECRET.search(name) and len(value) >= SHORTEST_SECRET}
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


# -- next to the model -----------------------------------------------------------------------------------------------


class _Recording(AgentMiddleware[Any, Any, Any]):
    """Records one asking. A call that failed is not counted: whoever tries again asks the same again."""

    def __init__(self, recorder: Recorder, place: Place, voice: Voice) -> None:
        super().__init__()
        self._recorder = recorder
        self._place = place
        self._voice = voice

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Calls the model, and records what it says before anything else is done with it."""
        try:
            response = handler(request)
        except StructuredOutputError as error:  # it spoke, but not as it was asked to
            self._record(request, getattr(error, "ai_message", None))
            raise
        except ValidationError:  # LangChain can make no message of it, and that is all that is known
            self._record(request, None)
            raise
        self._record(request, next(item for item in response.result if isinstance(item, AIMessage)))
        return response

    def _record(self, request: ModelRequest[Any], message: AIMessage | None) -> None:
        choice, place, voice = self._voice.choice, self._place, self._voice
        line = Line(
            place=place.key,
            role=place.role,
            round=place.round,
            number=_number(request),
            voice=Spoken(
                name=choice.name,
                base_url=without_credentials(choice.base_url),
                temperature=choice.temperature,
                manner=voice.manner,
                sees=voice.sees,
            ),
            tools=_offered(request),
            request=_digest(request),
            message=None if message is None else record.kept(message),
        )
        self._recorder.record(line)


class _Replaying(AgentMiddleware[Any, Any, Any]):
    """Replays one asking."""

    def __init__(self, replay: Replay, place: Place, voice: Voice) -> None:
        super().__init__()
        self._replay = replay
        self._place = place
        self._voice = voice

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Has a silent model say what was recorded; what is then made of it is made as ever."""
        line = self._replay.answer(self._place, _number(request))
        self._replay.compare(line, self._voice, _offered(request))
        message = line.said()
        if message is None:
            raise ValidationError.from_exception_data("AIMessage", [])
        return handler(request.override(model=Silent(said=message)))


def _number(request: ModelRequest[Any]) -> int:
    """Which call of its asking this is, from 0: an asking that was stopped goes on in the middle."""
    return sum(isinstance(message, AIMessage) for message in request.messages)


def _offered(request: ModelRequest[Any]) -> tuple[str, ...]:
    """Names of what the model may call, its answers included."""
    names = [tool.name if isinstance(tool, BaseTool) else str(tool.get("name", "")) for tool in request.tools]
    form = request.response_format
    schemas = getattr(form, "schema_specs", None) or [getattr(form, "schema_spec", None)]
    return tuple(sorted([*names, *(schema.name for schema in schemas if schema is not None)]))


def _digest(request: ModelRequest[Any]) -> str:
    """16 hexadecimal digits of what the model is asked."""
    system = [request.system_message] if request.system_message else []
    asked = [[item.type, item.content, getattr(item, "tool_calls", None)] for item in [*system, *request.messages]]
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()[:16]
