"""Which chat model speaks: any OpenAI-compatible one, anything LangChain can load, or the built-in composer."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel

from agent.addresses import without_credentials
from agent.endpoints import Manner, Memo, ability_of
from agent.model_errors import ModelFault, model_errors
from agent.patience import Patience
from sim.errors import EnvironmentBroken, UsageError

__all__ = ["ModelChoice", "Models", "Voice", "choose_model", "load_model", "load_models", "model_errors"]

COMPOSER = "composer"
CLIENT_RETRIES = 2


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
    def is_openai(self) -> bool:
        """Whether it is spoken with as OpenAI's models are.

        Names may have colons of their own (qwen3:32b, openai:ft:...); a server at an address of its own is taken for
        OpenAI-compatible.
        """
        return bool(self.base_url) or self.name.startswith("openai:") or ":" not in self.name

    @property
    def origin(self) -> str:
        """What `origin` says of tasks that it wrote."""
        return self.name.removeprefix("openai:")

    @property
    def where(self) -> str:
        """Who answers, for messages."""
        return self.address or "the provider"

    @property
    def address(self) -> str:
        """Where its server is, without what nobody should read; empty for the provider's own."""
        return without_credentials(self.base_url)

    @property
    def key_name(self) -> str:
        """The environment variable that holds its key."""
        provider = "openai" if self.is_openai else self.name.partition(":")[0]
        return {"google_genai": "GOOGLE_API_KEY", "mistralai": "MISTRAL_API_KEY"}.get(
            provider, f"{provider.upper()}_API_KEY"
        )

    @property
    def endpoint(self) -> str:
        """The model at its server, in one word."""
        return f"{self.address.rstrip('/')} {self.origin}".strip()


@dataclass(frozen=True)
class Voice:
    """A chat model, and how to speak with it.

    Attributes:
        choice: Which one it is.
        model: The model.
        manner: How it gives structured answers: by tool calls, by a JSON schema, or in plain text.
        forced: Whether it can be told that it has to call a tool.
        sees: Whether it can be shown pictures.
    """

    choice: ModelChoice
    model: BaseChatModel
    manner: Manner = "tools"
    forced: bool = True
    sees: bool = False


class Models:
    """Which model each role speaks through.

    Args:
        default: The voice of every role that has none of its own.
        roles: The voices of roles that have one.
        asking: Finds out what endpoints can do, when they are first needed; None takes the voices as they are.
        patience: The limits of waiting.
    """

    def __init__(
        self,
        default: Voice,
        roles: Mapping[str, Voice],
        asking: Asking | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.patience = patience or Patience()
        self._default = default
        self._roles = dict(roles)
        self._asking = asking
        self._asked: dict[ModelChoice, Voice] = {}
        self._lock = threading.Lock()  # rounds run beside each other

    def choice(self, role: str) -> ModelChoice:
        """Which model a role speaks through; asks nobody."""
        return self._roles.get(role, self._default).choice

    def of(self, role: str) -> Voice:
        """The voice of a role.

        Raises:
            EnvironmentBroken: Its server cannot serve.
        """
        voice = self._roles.get(role, self._default)
        if self._asking is None:
            return voice
        with self._lock:
            if voice.choice not in self._asked:
                self._asked[voice.choice] = self._asking.of(voice)
            return self._asked[voice.choice]

    def again(self, role: str, failed: Voice) -> Voice:
        """The voice of a role whose endpoint does not understand the manner that it was known for; it is asked anew.

        Args:
            role: The role.
            failed: The voice that did not work.

        Raises:
            EnvironmentBroken: Its server cannot serve.
        """
        if self._asking is None:
            return failed
        with self._lock:
            if self._asked.get(failed.choice) == failed:  # nobody else has asked meanwhile
                self._asked[failed.choice] = self._asking.of(failed, anew=True)
        return self.of(role)


@dataclass(frozen=True)
class Asking:
    """Finds out what endpoints can do, and remembers it.

    Attributes:
        memo: Where it is remembered.
        patience: The limits of waiting.
    """

    memo: Memo
    patience: Patience

    def of(self, voice: Voice, *, anew: bool = False) -> Voice:
        """The voice in the manner that its endpoint understands.

        Args:
            voice: The voice, in any manner.
            anew: Forgets what is remembered.

        Raises:
            EnvironmentBroken: Its server cannot serve.
        """
        choice = voice.choice
        if choice.is_composer:
            return voice
        known = None if anew else self.memo.recall(choice.endpoint)
        if known is None:
            try:
                known = ability_of(voice.model, self.patience)
            except ModelFault as fault:
                raise fault.for_person(choice) from None
            self.memo.note(choice.endpoint, known)
        return replace(voice, manner=known.manner, forced=known.forced, sees=known.sees)


def load_models(
    default: ModelChoice,
    roles: Mapping[str, ModelChoice],
    memo: Path | None = None,
    patience: Patience | None = None,
) -> Models:
    """The models of all roles; what is wrong with any of them is said before anything else happens.

    Args:
        default: The model of every role that has none of its own.
        roles: The models of roles that have one.
        memo: File that remembers what endpoints can do; None remembers nothing.
        patience: The limits of waiting.

    Raises:
        EnvironmentBroken: No key, or a provider's package is not installed.
        UsageError: No such provider.
    """
    limits = patience or Patience()
    voices = {choice: Voice(choice, load_model(choice, limits)) for choice in {default, *roles.values()}}
    own = {role: voices[choice] for role, choice in roles.items()}
    return Models(voices[default], own, Asking(Memo(memo), limits), limits)


def choose_model(model: str | None, base_url: str | None, temperature: float | None = None) -> ModelChoice:
    """The model that options and environment ask for; the composer when they ask for none.

    Raises:
        UsageError: A server was named, but no model; or a temperature that is none.
    """
    name = model or os.environ.get("SIMSMITH_MODEL") or ""
    address = base_url or os.environ.get("SIMSMITH_BASE_URL") or ""
    if not name and address:
        raise UsageError(f"which model of {without_credentials(address)}?", "name it with --model or SIMSMITH_MODEL")
    if address and not _is_address(address):
        raise UsageError(
            f"{without_credentials(address)!r} is no address of a server", "such as http://localhost:8000/v1"
        )
    if temperature is not None and not 0 <= temperature <= 2:
        raise UsageError(f"{temperature} is no temperature", "it lies between 0 and 2")
    return ModelChoice(name or COMPOSER, "" if name == COMPOSER else address, temperature)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def load_model(choice: ModelChoice, patience: Patience | None = None) -> BaseChatModel:
    """The chat model.

    Args:
        choice: Which one.
        patience: The limits of whoever asks it again when it fails; without them its client does so itself.

    Raises:
        EnvironmentBroken: No key, or a provider's package is not installed.
        UsageError: No such provider.
    """
    if choice.is_composer:
        from agent.composer import Composer

        return Composer()
    seconds, retries = (patience or Patience()).request_seconds, CLIENT_RETRIES if patience is None else 0
    return _openai(choice, seconds, retries) if choice.is_openai else _of_provider(choice, seconds, retries)


def _openai(choice: ModelChoice, seconds: float, retries: int) -> BaseChatModel:
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
        timeout=seconds,
        max_retries=retries,
    )


def _of_provider(choice: ModelChoice, seconds: float, retries: int) -> BaseChatModel:
    """A model of any provider that LangChain knows, through the package that is installed for it."""
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {} if choice.temperature is None else {"temperature": choice.temperature}
    try:
        model: BaseChatModel = init_chat_model(choice.name, **settings)
        # Not every provider's class knows these; those that do not would take them for the model's own.
        fields = {field.alias or name for name, field in type(model).model_fields.items()}
        limits = {"max_retries": retries, "timeout": seconds, "request_timeout": seconds}
        known: dict[str, Any] = {name: value for name, value in limits.items() if name in fields}
        return init_chat_model(choice.name, **{**settings, **known}) if known else model
    except ImportError as error:
        package = re.search(r"pip install (?:-U )?[`'\"]?([\w\-\[\]]+)", str(error))
        remedy = f"pip install {package[1]}" if package else "install the package it names"
        raise EnvironmentBroken(f"{choice.name} cannot be loaded: {error}", remedy) from None
    except Exception as error:  # noqa: BLE001 (the classes of all providers, which have nothing in common)
        why = " ".join(str(error).split())[:200]
        if "nsupported provider" in why or "nable to infer" in why:
            why = why.split(". ")[0].split(" Supported model providers")[0]
            raise UsageError(f"no model {choice.name!r}: {why}", "use openai:<name>, composer, or --base-url") from None
        raise EnvironmentBroken(f"{choice.name} cannot be loaded: {why}", f"set {choice.key_name}") from None
