"""The policies that can be named: those of the home, folders, and the two that need no training."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from policy.actors import BUILT_IN
from policy.checkpoint import CONFIG, WEIGHTS
from sim.errors import UsageError, did_you_mean

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


def find_policy(given: str, home: Path) -> FoundPolicy:
    """The policy of a name or a folder.

    Args:
        given: A name under the home's policies, a folder, `oracle`, or `random`.
        home: The home.

    Raises:
        UsageError: There is none, it was not trained to the end, or its files are damaged.
    """
    if given in BUILT_IN:
        return FoundPolicy(given, given, given)
    kept = policies_folder(home)
    folder = next((place for place in (kept / given, Path(given).expanduser()) if given and place.is_dir()), None)
    if folder is None:
        known = sorted(file.parent.name for file in kept.glob(f"*/{WEIGHTS}"))
        raise UsageError(f"no policy {given!r}", did_you_mean(given, [*known, *BUILT_IN]))
    return FoundPolicy(folder.resolve().name, str(folder.resolve()), _checked(folder))


def _checked(folder: Path) -> str:
    """The fingerprint of a policy's files, which are looked into before any worker is started.

    Raises:
        UsageError: They are not there, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    digest = hashlib.sha256()
    for name in (CONFIG, WEIGHTS):
        try:
            digest.update((folder / name).read_bytes())
        except FileNotFoundError:
            remedy = "train it to the end, or name another policy"
            raise UsageError(f"the policy in {folder} has no {name}", remedy) from None
        except OSError as error:
            raise UsageError(f"{folder / name} cannot be read: {error.strerror}", AGAIN) from None
    try:
        json.loads((folder / CONFIG).read_bytes())
        with safe_open(folder / WEIGHTS, framework="numpy") as weights:
            weights.keys()
    except (SafetensorError, ValueError) as error:
        broken = CONFIG if isinstance(error, ValueError) else WEIGHTS
        raise UsageError(f"{folder / broken} is damaged: {error}", MENDED[broken]) from None
    return digest.hexdigest()
