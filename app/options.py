"""The options that commands share, and the groups in which commands take them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from sim.sandbox import Sandbox

Home = Annotated[
    Path | None,
    typer.Option("--home", envvar="SIMSMITH_HOME", help="Folder of library, index and sessions.", show_default=False),
]
Index = Annotated[
    str | None,
    typer.Option(envvar="SIMSMITH_INDEX", help="Address of a Chroma server that has the index.", show_default=False),
]
EmbedderName = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        envvar="SIMSMITH_EMBEDDER",
        help="Embedding model: the folder or cached name of a sentence-transformers model, or openai:<model>.",
        show_default=False,
    ),
]
EmbedderUrl = Annotated[
    str | None,
    typer.Option(
        envvar="SIMSMITH_EMBEDDER_URL",
        help="Address of an OpenAI-compatible server that has the embedding model.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Model = Annotated[
    str | None,
    typer.Option(
        envvar="SIMSMITH_MODEL",
        help="Chat model, such as openai:gpt-4o. Without one the built-in composer speaks.",
        show_default=False,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(envvar="SIMSMITH_BASE_URL", help="Address of an OpenAI-compatible server.", show_default=False),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the composer's choices.")]
RequireIsolation = Annotated[
    bool,
    typer.Option(
        "--require-isolation",
        envvar="SIMSMITH_REQUIRE_ISOLATION",
        help="Refuse to run task code unless the kernel keeps it from files, network and processes.",
    ),
]
Seeds = Annotated[int, typer.Option(min=4, max=100, help="Seeds that the oracle has to solve.")]


@dataclass(frozen=True)
class LibraryPlace:
    """Where a command finds the library, as the options say.

    Attributes:
        given_home: The home; the platform's user data folder when there is none.
        index: Address of a Chroma server; the index is in the home when there is none.
        embedder: The embedding model; the packaged one when there is none.
        embedder_url: Address of the embedding model's server.
    """

    given_home: Home = None
    index: Index = None
    embedder: EmbedderName = None
    embedder_url: EmbedderUrl = None

    @property
    def home(self) -> Path:
        """The home, made if it is not there.

        Raises:
            EnvironmentBroken: It cannot be made or written.
        """
        from memory.home import home_folder

        return home_folder(self.given_home)


@dataclass(frozen=True)
class Isolation:
    """How a command runs task code, as the options say.

    Attributes:
        require_isolation: Whether it refuses to, where the kernel does not keep the code from files and network.
    """

    require_isolation: RequireIsolation = False

    def sandbox(self) -> Sandbox:
        """The sandbox.

        Raises:
            EnvironmentBroken: Isolation is required, and this machine has none.
        """
        from sim.sandbox import Sandbox

        sandbox = Sandbox(require_isolation=self.require_isolation)
        if self.require_isolation:
            sandbox.start()  # refuses now, not after the first proposal
        return sandbox


@dataclass(frozen=True)
class ModelOptions:
    """Which chat models speak, as the options say.

    Attributes:
        model: The model of every role; the built-in composer when there is none.
        base_url: Address of its server.
        temperature: How much chance there is in what it says; the model's own when there is none.
        proposer_model: The model of the proposer alone, on the same server; likewise of the other roles.
    """

    model: Model = None
    base_url: BaseUrl = None
    temperature: Annotated[
        float | None,
        typer.Option(min=0.0, max=2.0, help="How much chance there is in what models say.", show_default=False),
    ] = None
    planner_model: Annotated[
        str | None, typer.Option(help="Another model for the planner alone.", show_default=False)
    ] = None
    proposer_model: Annotated[
        str | None, typer.Option(help="Another model for the proposer alone.", show_default=False)
    ] = None
    coder_model: Annotated[str | None, typer.Option(help="Another model for the coder alone.", show_default=False)] = (
        None
    )
    critic_model: Annotated[
        str | None, typer.Option(help="Another model for the critic alone.", show_default=False)
    ] = None

    @property
    def by_role(self) -> dict[str, str]:
        """The models of roles that have one of their own."""
        named = {
            "planner": self.planner_model,
            "proposer": self.proposer_model,
            "coder": self.coder_model,
            "critic": self.critic_model,
        }
        return {role: name for role, name in named.items() if name}


@dataclass(frozen=True)
class Traffic:
    """What becomes of the calls of models, as the options say.

    Attributes:
        prices: File of prices, which stand before the built-in ones.
        record: File that what models say is written to.
        replay: File that what models said is read from; no model is called.
    """

    prices: Annotated[
        Path | None, typer.Option(help="JSON file of what models cost, before the built-in list.", show_default=False)
    ] = None
    record: Annotated[Path | None, typer.Option(help="Write all that models say to this file.", show_default=False)] = (
        None
    )
    replay: Annotated[
        Path | None, typer.Option(help="Take what models say from this file; no model is called.", show_default=False)
    ] = None

    def __post_init__(self) -> None:
        """Refuses two things at once.

        Raises:
            UsageError: A recording is to be written and replayed.
        """
        if self.record and self.replay:
            from sim.errors import UsageError

            raise UsageError("--record and --replay together", "choose one of them")


@dataclass(frozen=True)
class SessionOptions:
    """How the agents work in a session, as the options say.

    Attributes:
        seed: Seed of the composer's choices.
        models: Which models speak.
        workers: How many rounds run side by side.
        votes: How often the critic is asked; None leaves it to the model.
        review: Whether a person is asked before each commit.
        minutes: Minutes at work after which the session ends.
        tokens: Tokens, read and written, after which it ends.
        dollars: US dollars after which it ends.
        traffic: What becomes of the calls of models.
    """

    seed: Seed = 0
    models: ModelOptions = ModelOptions()
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many rounds run side by side.")] = 1
    votes: Annotated[
        int | None,
        typer.Option(min=1, max=15, help="How often the critic is asked; the majority counts.", show_default=False),
    ] = None
    review: Annotated[bool, typer.Option("--review", help="Ask before each commit.")] = False
    minutes: Annotated[
        float | None, typer.Option(min=0.0, help="End after so many minutes at work.", show_default=False)
    ] = None
    tokens: Annotated[
        int | None, typer.Option(min=1, help="End after so many tokens, read and written.", show_default=False)
    ] = None
    dollars: Annotated[
        float | None, typer.Option(min=0.0, help="End after so many US dollars.", show_default=False)
    ] = None
    traffic: Traffic = Traffic()


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command, for each of its parameters that is a group (a dataclass of options), the group's options.

    Typer sees them in the parameter's place, the command gets the group made of them. A group may have groups in it.
    """
    hints = get_type_hints(command, include_extras=True)
    shown: list[inspect.Parameter] = []
    groups = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    for name, parameter in inspect.signature(command).parameters.items():
        kept = parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        shown.extend(_options(groups[name]) if name in groups else [kept])

    @functools.wraps(command)
    def called(**given: Any) -> None:
        made = {name: _made(group, given) for name, group in groups.items()}
        command(**given, **made)

    called.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called


def _options(group: Any) -> Iterator[inspect.Parameter]:
    """The options of a group, as parameters of a command."""
    for name, default, hint in _members(group):
        if is_dataclass(hint):
            yield from _options(hint)
        else:
            yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _made(group: Any, given: dict[str, Any]) -> Any:
    """A group, made of what was given for its options, which is taken out."""
    return group(
        **{name: _made(hint, given) if is_dataclass(hint) else given.pop(name) for name, _, hint in _members(group)}
    )


def _members(group: Any) -> list[tuple[str, Any, Any]]:
    """Name, default and type of each member of a group."""
    hints = get_type_hints(group, include_extras=True)
    return [(member.name, member.default, hints[member.name]) for member in fields(group)]
