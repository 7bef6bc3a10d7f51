"""The policies that can be named: those of the home, folders, and the two that need no training."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from memory.record import NAME_PATTERN
from policy.actors import BUILT_IN
from policy.checkpoint import CONFIG, WEIGHTS
from sim.errors import FileDamaged, UsageError, did_you_mean

AGAIN = "train it again, or name another policy"
MENDED = {
    CONFIG: "restore it, or name another policy",
    WEIGHTS: "delete it, and the command that trained it makes it again; or name another policy",
}


@dataclass(frozen=True)
class FoundPolicy:
    """A policy that can act.

    Attributes:
        name: What it is called.
        place: Its folder as text, or the name of a built-in one: what a worker is given.
        fingerprint: SHA-256 of its weights and its config, in hexadecimal digits; the name of a built-in one.
    """

    name: str
    place: str
    fingerprint: str


def policies_folder(home: Path) -> Path:
    """Where a home keeps its policies."""
    return home / "policies"


def policy_folder(given: str, home: Path) -> Path:
    """The folder of a policy that is named, or whose path is given (with a slash, or one that begins with `.` or `~`).

    Raises:
        UsageError: Nothing is named.
    """
    if not given:
        raise UsageError("no policy is named", f"give a name in {policies_folder(home)}, or a path")
    path = Path(given).expanduser()
    return path.absolute() if "/" in given or given[0] in ".~" else policies_folder(home) / given


def new_policy_folder(given: str, home: Path) -> Path:
    """The folder of a policy that is to be made.

    Raises:
        UsageError: It cannot be called so.
    """
    folder = policy_folder(given, home)
    if folder.name in BUILT_IN:
        raise UsageError(f"{folder.name!r} is a policy that needs no training", "give the new one another name")
    if folder.parent == policies_folder(home) and re.fullmatch(NAME_PATTERN, given) is None:
        raise UsageError(f"a policy cannot be called {given!r}", "use small letters, digits and hyphens, or a path")
    return folder


def known_folder(given: str, home: Path, besides: Iterable[str] = ()) -> Path:
    """The folder of a policy that is there.

    Args:
        given: A name under the home's policies, or a path.
        home: The home.
        besides: Names that could have been given as well.

    Raises:
        UsageError: There is none; the message names those there are.
    """
    folder = policy_folder(given, home)
    if folder.is_dir():
        return folder
    if Path(given).is_dir():
        raise UsageError(f"no policy {given!r} in {policies_folder(home)}", f"the folder here is named ./{given}")
    known = [*sorted(file.parent.name for file in folder.parent.glob(f"*/{WEIGHTS}")), *besides]
    raise UsageError(f"no policy {given!r}", did_you_mean(given, known) if known else "simsmith train makes one")


def find_policy(given: str, home: Path) -> FoundPolicy:
    """The policy of a name or a folder.

    Args:
        given: A name under the home's policies, a path, `oracle`, or `random`.
        home: The home.

    Raises:
        UsageError: There is none, or it was not trained to the end.
        FileDamaged: One of its files is damaged.
    """
    if given in BUILT_IN:
        return FoundPolicy(given, given, given)
    folder = known_folder(given, home, BUILT_IN).resolve()
    return FoundPolicy(folder.name, str(folder), _checked(folder))


def _checked(folder: Path) -> str:
    """The fingerprint of a policy's files, which are looked into before any worker is started.

    Raises:
        UsageError: One is not there.
        FileDamaged: One cannot be read.
    """
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    digest = hashlib.sha256()
    for name in (CONFIG, WEIGHTS):
        try:
            digest.update((folder / name).read_bytes())
        except FileNotFoundError:
            remedy = "train it to the end, or name another policy"
            raise UsageError(f"the policy in {folder} has no {name}", remedy) from None
        except OSError as error:
            raise FileDamaged(f"{folder / name} cannot be read: {error.strerror}", AGAIN) from None
    try:
        if not isinstance(json.loads((folder / CONFIG).read_bytes()), dict):
            raise ValueError("it holds no object")
        weights = load_file(folder / WEIGHTS)
    except (SafetensorError, ValueError) as error:
        broken = CONFIG if isinstance(error, ValueError) else WEIGHTS
        raise FileDamaged(f"{folder / broken} is damaged: {error}", MENDED[broken]) from None
    unsound = [name for name, values in weights.items() if not np.isfinite(values).all()]
    if unsound:
        raise FileDamaged(f"{folder / WEIGHTS} is damaged: {unsound[0]} has what is no number", MENDED[WEIGHTS])
    return digest.hexdigest()
