"""What a model's tokens cost: prices are data (`agent/prices.json`), which a file of the user's overrides.

A price that is not known is None, never 0: a model on the user's own server has none unless their file names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from langchain_core.messages import AIMessage
from pydantic import Field, ValidationError

from sim.errors import UsageError
from sim.layout import Frozen

MILLION = 1_000_000
SHAPE = '{"models": {"my-model": {"input": 0.5, "output": 1.5}}}, in US dollars per million tokens'
_DATED = re.compile(r"-(latest|\d{8}|\d{4}-\d{2}-\d{2})$")


class Price(Frozen):
    """What a million tokens cost, in US dollars.

    Attributes:
        input: Tokens that the model reads.
        output: Tokens that it writes, its thoughts included.
        cached_input: Tokens that it reads from the server's cache; None where they cost what others cost.
    """

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached_input: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    @property
    def free(self) -> bool:
        """Whether it costs nothing, however many tokens are counted."""
        return not (self.input or self.output or self.cached_input)

    def of(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """US dollars for tokens; `cached_tokens` are those of the input that came from the cache."""
        cached = self.input if self.cached_input is None else self.cached_input
        fresh = input_tokens - cached_tokens
        return (fresh * self.input + cached_tokens * cached + output_tokens * self.output) / MILLION


class PriceFile(Frozen):
    """The shape of a file of prices.

    Attributes:
        as_of: When the prices were looked up.
        remark: Where they come from.
        providers: The provider's name by the host of its server.
        models: Prices by pattern of the model's name: `provider:name`, or the name alone; `*`, `?` and `[...]` mean
            what they mean in patterns of file names. Of several that match, the longest counts.
    """

    as_of: str = ""
    remark: str = ""
    providers: dict[str, str] = Field(default_factory=dict)
    models: dict[str, Price] = Field(default_factory=dict)


@dataclass(frozen=True)
class Prices:
    """What models cost.

    Attributes:
        ours: The prices that come with Simsmith; they hold for the providers' own servers.
        theirs: The user's; they hold wherever the model is, and before ours.
    """

    ours: PriceFile
    theirs: PriceFile

    @classmethod
    def load(cls, override: Path | None = None) -> Prices:
        """The prices, with the user's file where there is one.

        Raises:
            UsageError: The user's file cannot be read, or is of another shape.
        """
        packaged = resources.files("agent").joinpath("prices.json").read_bytes()
        return cls(PriceFile.model_validate_json(packaged), PriceFile() if override is None else _read(override))

    def price(self, model: str, base_url: str = "") -> Price | None:
        """The price of a model; None where it is not known.

        Args:
            model: The model as it was asked for: `provider:name`, `composer`, or a bare name.
            base_url: Address of its server, empty for the provider's own.
        """
        known = {**self.ours.providers, **self.theirs.providers}
        qualified, bare = _names(model, base_url, known)
        return _match(self.theirs.models, (model, qualified, bare)) or _match(self.ours.models, (qualified,))

    def cost(
        self, model: str, input_tokens: int, output_tokens: int, *, cached_tokens: int = 0, base_url: str = ""
    ) -> float | None:
        """US dollars for tokens of a model; None where its price is not known."""
        price = self.price(model, base_url)
        return None if price is None else price.of(input_tokens, output_tokens, cached_tokens)

    def cost_of(self, message: AIMessage, model: str, base_url: str = "") -> float | None:
        """US dollars for a message: what its server says it charged, else what its tokens cost.

        None where the price is not known, or where the server did not count the tokens.
        """
        if (charged := _charged(message)) is not None:
            return charged
        price, counted = self.price(model, base_url), message.usage_metadata
        if price is None or counted is None:
            return 0.0 if price is not None and price.free else None
        cached = (counted.get("input_token_details") or {}).get("cache_read") or 0
        return price.of(counted["input_tokens"], counted["output_tokens"], min(cached, counted["input_tokens"]))


def _charged(message: AIMessage) -> float | None:
    """What the server charged, in US dollars, where it says so beside the tokens, as some do."""
    usage = message.response_metadata.get("token_usage")
    cost = usage.get("cost") if isinstance(usage, dict) else None
    return float(cost) if isinstance(cost, (int, float)) and not isinstance(cost, bool) else None


def _names(model: str, base_url: str, providers: Mapping[str, str]) -> tuple[str, str]:
    """The model's name with its provider, and without; the provider is empty where nobody knows who answers."""
    name = model.lower()
    if name == "composer":
        return name, name
    if base_url:  # there, `openai:` says how the server speaks, not whose it is
        bare = name.removeprefix("openai:")
        provider = providers.get(urlsplit(base_url).hostname or "", "")
        return f"{provider}:{bare}" if provider else bare, bare
    provider, colon, bare = name.partition(":")
    return (name, bare) if colon else (f"openai:{name}", name)


def _match(models: Mapping[str, Price], names: tuple[str, ...]) -> Price | None:
    """The price under the longest pattern that matches one of the names, as they are or without a date at their end."""
    every = {form for name in names for form in _forms(name.lower())}
    fitting = [pattern for pattern in models if any(fnmatchcase(form, pattern.lower()) for form in every)]
    return models[max(fitting, key=len)] if fitting else None


def _forms(name: str) -> Iterator[str]:
    yield name
    yield _DATED.sub("", name)


def _read(path: Path) -> PriceFile:
    try:
        return PriceFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the prices {path} cannot be read: {error.strerror}", "check --prices") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise UsageError(f"the prices {path} cannot be read: {where}: {first['msg']}", f"write {SHAPE}") from None
