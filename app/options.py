"""The options that commands share, and the groups in which commands take them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
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


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command, for each of its parameters that is a group (a dataclass of options), the group's options.

    Typer sees them in the parameter's place, the command gets the group made of them.
    """
    hints = get_type_hints(command, include_extras=True)
    shown: list[inspect.Parameter] = []
    groups: dict[str, Any] = {}
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]):
            groups[name] = hints[name]
            shown.extend(_options(hints[name]))
        else:
            shown.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def called(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    called.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called


def _options(group: Any) -> list[inspect.Parameter]:
    """The options of a group, as parameters of a command."""
    hints = get_type_hints(group, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(field.name, kind, default=field.default, annotation=hints[field.name])
        for field in fields(group)
    ]
