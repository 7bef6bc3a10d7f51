"""What a model's server does wrong, whichever provider it is: told by status and words, not by its classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)

from agent.answers import readable
from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    from agent.models import ModelChoice

Kind = Literal["key", "credit", "no-model", "rate", "server", "timeout", "cut", "unlike", "too-long", "manner", "bad"]
PASSING: tuple[Kind, ...] = ("rate", "server", "timeout", "cut", "unlike")  # what may be over when asked again

CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing", re.IGNORECASE)
TOO_LONG = re.compile(
    r"context.?(length|window|size)|prompt is too long|input (is )?too long|input length|too many (input )?tokens"
    r"|maximum.{0,30}tokens|reduce the length|exceeds? the (available|maximum|configured)",
    re.IGNORECASE,
)
MANNER = re.compile(
    r"\btools?\b|tool_choice|function.?call|response_format|json.?schema|structured output|jinja", re.IGNORECASE
)
LACKING = re.compile(r"support|require|enable|unknown|unrecognized|not allowed|invalid|implement", re.IGNORECASE)
# LangChain's own classes, for providers that raise them without a status.
STATUS: tuple[tuple[type[ModelError], int], ...] = (
    (ContextOverflowError, 413),
    (ModelAuthenticationError, 401),
    (ModelPermissionDeniedError, 403),
    (ModelNotFoundError, 404),
    (ModelRateLimitError, 429),
    (ModelAPIError, 500),
    (ModelInvalidRequestError, 400),
)


class ModelFault(Exception):
    """A server that did not answer as a chat model should.

    Attributes:
        kind: What is wrong, in a word.
        told: What it said.
        wait: Seconds that it asks to wait.
    """

    def __init__(self, kind: Kind, told: str = "", wait: float | None = None) -> None:
        super().__init__(told)
        self.kind = kind
        self.told = told
        self.wait = wait

    @property
    def passes(self) -> bool:
        """Whether it may be over when asked again."""
        return self.kind in PASSING

    def for_person(self, choice: ModelChoice) -> EnvironmentBroken:
        """The fault as a sentence that a person can act on."""
        where, again = choice.where, "then resume the session"
        wait = f"wait {self.wait:.0f} s, " if self.wait is not None and self.wait >= 1 else "wait, "
        sentences: dict[Kind, tuple[str, str]] = {
            "key": (f"{where} refuses the key", f"check {choice.key_name}"),
            "credit": (f"{where} has no credit left for this key: {self.told}", f"top it up, {again}"),
            "no-model": (f"{where} has no model {choice.name!r}", "check --model and --base-url"),
            "rate": (f"{where} limits the rate: {self.told}", wait + again),
            "server": (f"{where} fails: {self.told}", f"try again later, {again}"),
            "timeout": (f"{where} does not answer in time", f"try again later, or a faster model, {again}"),
            "cut": (f"{where} cannot be reached", f"is the server running, and the --base-url right? {again}"),
            "unlike": (
                f"{where} does not answer as a chat model does: {self.told}",
                "check --base-url; it mostly ends in /v1",
            ),
            "too-long": (f"{choice.name} cannot take a message of this length: {self.told}", "use another model"),
            "manner": (f"{where} refuses the request: {self.told}", "try another model or server"),
            "bad": (f"{where} refuses the request: {self.told}", "try another model or server"),
        }
        return EnvironmentBroken(*sentences[self.kind])


def fault_of(error: BaseException) -> ModelFault | None:
    """What an error of a provider's client means; None where it is none of a server's."""
    if isinstance(error, ModelFault):
        return error
    status, told = _status(error), _told(error)
    if status is not None:
        return ModelFault(_kind(status, told), told, _wait(error))
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(error, (ModelTimeoutError, TimeoutError)) or "Timeout" in names:
        return ModelFault("timeout", told)
    if isinstance(error, (ModelConnectionError, ConnectionError)) or re.search(
        r"Connect(ion)?Error|ProtocolError|NetworkError|ReadError|TransportError", names
    ):
        return ModelFault("cut", told)
    # What LangChain's models raise without a status: no endpoint for tools, or an error inside a stream.
    if isinstance(error, NotImplementedError):
        return ModelFault("manner", told or "tools are not implemented")
    if isinstance(error, ModelError) or "APIError" in names:
        return ModelFault("too-long" if TOO_LONG.search(told) else "server", told)
    return None


def fault_of_call(error: BaseException) -> ModelFault | None:
    """What an error in a call of a model, and of nothing else, means; None where it is a bug of ours.

    A client that is sent a web page, or JSON of another kind, stumbles over it in many ways.
    """
    fault = fault_of(error)
    if fault is None and isinstance(error, (AttributeError, LookupError, TypeError, ValueError)):
        return ModelFault("unlike", _told(error))
    return fault


def _kind(status: int, told: str) -> Kind:
    lacking = bool(MANNER.search(told) and LACKING.search(told))
    if status == 401 or (status == 403 and not lacking):
        return "key"
    if status == 402 or CREDIT.search(told):
        return "credit"
    if status == 429:
        return "rate"
    if status == 413 or TOO_LONG.search(told):
        return "too-long"
    if lacking:
        return "manner"
    if status == 404:
        return "no-model"
    return "server" if status >= 500 or status in (408, 409, 425) else "bad"


def _status(error: BaseException) -> int | None:
    """The HTTP status that an error carries, wherever the provider's client keeps it."""
    response = getattr(error, "response", None)
    of_dict = response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(response, dict) else None
    for place in (getattr(error, "status_code", None), getattr(response, "status_code", None), of_dict):
        if isinstance(place, int) and place >= 400:
            return int(place)
    code = getattr(error, "code", None)
    if isinstance(code, int) and 400 <= code < 600:
        return int(code)
    return next((status for kind, status in STATUS if isinstance(error, kind)), None)


def _told(error: BaseException) -> str:
    """What the server said, in one line; its own message where the error has the body."""
    body: Any = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else None
    code = inner.get("code") if isinstance(inner, dict) else None
    told = str(message or error)
    if isinstance(code, str) and code not in told:
        told = f"{told} ({code})"
    told = re.sub(r"<[^>]{1,200}>", " ", told[:4000])  # a web page
    return " ".join(readable(told).split())[:200]


def _wait(error: BaseException) -> float | None:
    """What the server's Retry-After asks for, in seconds."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    asked = headers.get("retry-after") if headers is not None and hasattr(headers, "get") else None
    if not isinstance(asked, str):
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


@contextmanager
def model_errors(choice: ModelChoice) -> Iterator[None]:
    """Turns what a model's server does wrong into a sentence that a person can act on.

    Raises:
        EnvironmentBroken: The server cannot be reached, refuses the key, or does not know the model.
    """
    try:
        yield
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault.for_person(choice) from None
