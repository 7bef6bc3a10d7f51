"""Files of a policy: weights and checkpoints as safetensors, nothing pickled, each complete or not there.

<policy>/config.json               how it was trained, on what
         weights.safetensors       the weights that act; written at the end
         checkpoint.safetensors    where training goes on: weights, their average, the optimiser's two moments, the step
         curve.csv, curve.png      losses
         events.out.tfevents.*     the same, for TensorBoard
"""

from __future__ import annotations

import contextlib
import errno
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.atomic import write_atomically
from sim.errors import EnvironmentBroken, FileDamaged, UsageError

if TYPE_CHECKING:
    from torch import Tensor, nn

CONFIG, WEIGHTS, CHECKPOINT = "config.json", "weights.safetensors", "checkpoint.safetensors"
FORMAT = 1  # of a policy's config
SHOWN = 4  # differences that a message names


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Makes what the disk refuses into a sentence.

    Raises:
        EnvironmentBroken: The disk is full, or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            remedy = "make room and give the same command again: it goes on from its last checkpoint"
            raise EnvironmentBroken(f"no space left on the disk of {folder}", remedy) from None
        why = error.strerror or str(error)
        raise EnvironmentBroken(f"{folder} cannot be written: {why}", "choose a folder that can be written") from None


def write_tensors(path: Path, tensors: Mapping[str, Tensor], told: Mapping[str, Any]) -> None:
    """Writes tensors, and what is told of them as JSON in the file's header.

    Raises:
        EnvironmentBroken: The disk refuses.
    """
    from safetensors.torch import save

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with disk_errors(path.parent):
        write_atomically(path, save(plain, {"simsmith": json.dumps(dict(told), sort_keys=True)}))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors, and what is told of them.

    Raises:
        UsageError: There is no such file.
        FileDamaged: It cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    remedy = "delete it, and the command that trained it makes it again; or name another policy"
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads((file.metadata() or {}).get("simsmith", "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, told  # noqa: SIM118
    except FileNotFoundError:
        raise UsageError(f"there is no {path}", "train it to the end, or name another policy") from None
    except (OSError, SafetensorError, ValueError) as error:
        raise FileDamaged(f"{path} is damaged: {error}", remedy) from None


def put_weights(network: nn.Module, weights: Mapping[str, Tensor], where: str) -> None:
    """Gives a network its weights.

    Raises:
        UsageError: They are those of another architecture; the message says what differs.
        FileDamaged: Some of them are no numbers.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    wrong = [f"{name} is missing" for name in wanted if name not in given]
    wrong += [f"{name} is unknown" for name in given if name not in wanted]
    wrong += [
        f"{name} has the shape {given[name]}, not {wanted[name]}"
        for name in wanted
        if name in given and given[name] != wanted[name]
    ]
    if wrong:
        more = f", and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise UsageError(
            f"{where} has the weights of another architecture: {'; '.join(wrong[:SHOWN])}{more}",
            "use the config that they were trained with",
        )
    unsound = [name for name, tensor in weights.items() if not bool(tensor.isfinite().all())]
    if unsound:
        raise FileDamaged(f"{where} is damaged: {unsound[0]} has what is no number", "restore it, or train it again")
    network.load_state_dict(dict(weights))


def read_document(path: Path) -> dict[str, Any]:
    """A JSON document.

    Raises:
        UsageError: There is no such file.
        FileDamaged: It cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no {path}", "train a policy with simsmith train") from None
    except (OSError, ValueError) as error:
        raise FileDamaged(f"{path} is damaged: {error}", "restore it, or train under another name") from None
    if not isinstance(found, dict):
        raise FileDamaged(f"{path} is damaged: it holds no object", "restore it, or train under another name")
    return found


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Writes a JSON document.

    Raises:
        EnvironmentBroken: The disk refuses.
    """
    with disk_errors(path.parent):
        write_atomically(path, (json.dumps(document, indent=2) + "\n").encode())
