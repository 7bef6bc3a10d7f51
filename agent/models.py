"""Which chat model speaks: any OpenAI-compatible one, anything LangChain can load, or the built-in composer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel

from sim.errors import EnvironmentBroken, UsageError

COMPOSER = "composer"
REQUEST_SECONDS = 120.0
RETRIES = 2
Manner = Literal["tools", "schema", "text"]


@dataclass(frozen=True)
class ModelChoice:
    """Which model, and where.

    Attributes:
        name: `composer`, `openai:<name>`, another `provider:<name>`, or a bare name for an OpenAI-compatible server.
        base_url: Address of an OpenAI-compatible server, empty for the provider's own.
        temperature: Of its samples; the provider's own when None.
    """

    name: str = COMPOSER
    base_url: str = ""
    temperature: float | None = None

    @property
    def is_composer(self) -> bool:
        """Whether the built-in composer speaks."""
        return self.name == COMPOSER

    @property
    def origin(self) -> str:
        """What `origin` says of tasks that it wrote."""
        return self.name.removeprefix("openai:")

    @property
    def where(self) -> str:
        """Who answers, for messages."""
        return self.base_url or "the provider"


@dataclass(frozen=True)
class Voice:
    """A chat model, and how to speak with it.

    Attributes:
        choice: Which one it is.
        model: The model.
        manner: How it gives structured answers: by tool calls, by a JSON schema, or in plain text.
        sees: Whether it can be shown pictures.
    """

    choice: ModelChoice
    model: BaseChatModel
    manner: Manner = "tools"
    sees: bool = False


class Models:
    """Which model each role speaks through.

    Args:
        default: The voice of every role that has none of its own.
        roles: The voices of roles that have one.
    """

    def __init__(self, default: Voice, roles: Mapping[str, Voice]) -> None:
        self._default = default
        self._roles = dict(roles)

    def choice(self, role: str) -> ModelChoice:
        """Which model a role speaks through; asks nobody."""
        return self._roles.get(role, self._default).choice

    def of(self, role: str) -> Voice:
        """The voice of a role."""
        return self._roles.get(role, self._default)


def load_models(default: ModelChoice, roles: Mapping[str, ModelChoice], memo: Path | None = None) -> Models:
    """The models of all roles; what is wrong with any of them is said before anything else happens.

    Args:
        default: The model of every role that has none of its own.
        roles: The models of roles that have one.
        memo: File that remembers in which manner endpoints answer; None remembers nothing.

    Raises:
        EnvironmentBroken: No key, or a provider's package is not installed.
        UsageError: No such provider.
    """
    voices = {choice: Voice(choice, load_model(choice)) for choice in {default, *roles.values()}}
    return Models(voices[default], {role: voices[choice] for role, choice in roles.items()})


def choose_model(model: str | None, base_url: str | None) -> ModelChoice:
    """The model that options and environment ask for; the composer when they ask for none.

    Raises:
        UsageError: A server was named, but no model.
    """
    name = model or os.environ.get("SIMSMITH_MODEL") or ""
    address = base_url or os.environ.get("SIMSMITH_BASE_URL") or ""
    if not name and address:
        raise UsageError(f"which model of {address}?", "name it with --model or SIMSMITH_MODEL")
    if address and not _is_address(address):
        raise UsageError(f"{address!r} is no address of a server", "such as http://localhost:8000/v1")
    return ModelChoice(name or COMPOSER, "" if name == COMPOSER else address)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def load_model(choice: ModelChoice) -> BaseChatModel:
    """The chat model.

    Raises:
        EnvironmentBroken: No key, or a provider's package is not installed.
        UsageError: No such provider.
    """
    if choice.is_composer:
        from agent.composer import Composer

        return Composer()
    # Names may have colons of their own (qwen3:32b, openai:ft:...); a server at an address of its own is taken for
    # OpenAI-compatible.
    if choice.base_url or choice.name.startswith("openai:") or ":" not in choice.name:
        return _openai(choice)
    from langchain.chat_models import init_chat_model

    try:
        settings: dict[str, Any] = {} if choice.temperature is None else {"temperature": choice.temperature}
        model: BaseChatModel = init_chat_model(choice.name, **settings)
    except ImportError as error:
        raise EnvironmentBroken(f"{choice.name} cannot be loaded: {error}", "install the package it names") from None
    except ValueError as error:
        why = str(error).split(". ")[0]
        raise UsageError(f"no model {choice.name!r}: {why}", "use openai:<name>, composer, or --base-url") from None
    return model


def _openai(choice: ModelChoice) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    name, base_url = choice.name.removeprefix("openai:"), choice.base_url
    key = os.environ.get("OPENAI_API_KEY", "")
    if not key and not base_url:
        raise EnvironmentBroken(
            f"no key for openai:{name}",
            "set OPENAI_API_KEY, or name a server with --base-url, or leave --model out to use the built-in composer",
        )
    return ChatOpenAI(
        model=name,
        base_url=base_url or None,
        api_key=SecretStr(key or "none"),
        temperature=choice.temperature,
        use_responses_api=False if base_url else None,
        timeout=REQUEST_SECONDS,
        max_retries=RETRIES,
    )


@contextmanager
def model_errors(choice: ModelChoice) -> Iterator[None]:
    """Turns what a model's server does wrong into a sentence that a person can act on.

    Raises:
        EnvironmentBroken: The server cannot be reached, refuses the key, or does not know the model.
    """
    if choice.is_composer:
        yield
        return
    import openai

    where = choice.where
    try:
        yield
    except openai.APITimeoutError:
        raise EnvironmentBroken(
            f"{where} did not answer in {REQUEST_SECONDS:.0f} s", "try again, or a faster model"
        ) from None
    except openai.APIConnectionError:
        raise EnvironmentBroken(
            f"{where} cannot be reached", "is the server running, and the --base-url right?"
        ) from None
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        raise EnvironmentBroken(f"{where} refuses the key", "check OPENAI_API_KEY") from None
    except openai.NotFoundError:
        raise EnvironmentBroken(f"{where} has no model {choice.name!r}", "check --model and --base-url") from None
    except openai.RateLimitError as error:
        raise EnvironmentBroken(f"{where} limits the rate: {_short(error)}", "wait, then resume the session") from None
    except openai.BadRequestError as error:
        raise EnvironmentBroken(
            f"{where} refuses the request: {_short(error)}", "the model has to support tool calls; try another"
        ) from None
    except openai.APIError as error:
        raise EnvironmentBroken(f"{where} fails: {_short(error)}", "try again later, then resume the session") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
