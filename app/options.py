"""The options that commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None, typer.Option(envvar="SIMSMITH_HOME", help="Folder of library, index and sessions.", show_default=False)
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

    given_home: Path | None = None
    index: str | None = None
    embedder: str | None = None
    embedder_url: str | None = None

    @property
    def home(self) -> Path:
        """The home, made if it is not there.

        Raises:
            EnvironmentBroken: It cannot be made or written.
        """
        from memory.home import home_folder

        return home_folder(self.given_home)
