"""The seal: says that the index agrees with the task folders, so that not every search has to compare them.

A writer breaks the seal before it touches a folder and makes a new one when folders and index agree again. Whoever
finds it broken - a process was killed, somebody moved folders by hand, another index or model is in use - compares,
mends and seals. So the index can lag behind after a kill, but nobody ever searches in one that does.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import Field, ValidationError

from memory.atomic import write_atomically
from memory.home import HOME_REMEDY
from memory.novelty import Thresholds
from sim.errors import EnvironmentBroken
from sim.layout import Frozen

SEAL = "index.json"


class Seal(Frozen):
    """What the index was when it agreed with the folders.

    Attributes:
        index: Chroma's id of its collection: another one when somebody deleted it.
        place: Where it is: the folder `index`, or the address of a Chroma server.
        maker: What made its vectors: the embedder and the version of the way they are made.
        stamp: When the last task had come or gone, see `TaskFiles.stamp`.
        novelty: The thresholds that novelty is decided with in this library: those that were calibrated when its index
            was made anew, or when a writer was killed before it could seal.
        token: Another one each time, so that a process sees that others have written.
    """

    index: str
    place: str
    maker: str
    stamp: int
    novelty: Thresholds = Field(default_factory=Thresholds.load)
    token: str = Field(default_factory=lambda: secrets.token_hex(8))


def read_seal(home: Path) -> Seal | None:
    """The seal of a home; None when it is broken or of another version."""
    try:
        return Seal.model_validate_json((home / SEAL).read_bytes())
    except (OSError, ValidationError):
        return None


def break_seal(home: Path) -> None:
    """Say that the index may lag behind, before touching anything; with the library's lock held.

    Raises:
        EnvironmentBroken: The disk refuses.
    """
    try:
        (home / SEAL).unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentBroken(f"{home / SEAL} cannot be deleted: {error.strerror}", HOME_REMEDY) from error


def write_seal(home: Path, seal: Seal) -> None:
    """Say that the index agrees with the folders; with the library's lock held.

    Raises:
        EnvironmentBroken: The disk refuses.
    """
    try:
        write_atomically(home / SEAL, seal.model_dump_json(indent=2).encode() + b"\n")
    except OSError as error:
        raise EnvironmentBroken(f"{home / SEAL} cannot be written: {error.strerror}", HOME_REMEDY) from error
