"""The fast copy of a sentence-transformers model: the same model as ONNX, for onnxruntime and tokenizers alone.

sentence-transformers takes seconds to import, these two a tenth of one. A copy is made once, by a process of its own
(`memory/onnx_export.py`), and lies in the user's cache:

    <cache>/embedders/<fingerprint>-<version>/
        copy.json        what goes in and comes out, and the hashes of the other files
        tokenizer.json   the tokeniser with the model's own truncation and padding
        model.onnx       the whole model, pooling and normalisation too
        model.onnx.data  its weights

Its rows differ from the model's own by no more than `TOLERANCE`, which is tried before a copy is put in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from memory.forks import keep_in_forks
from sim.errors import EnvironmentBroken

if TYPE_CHECKING:
    from memory.embedding import Vectors

# Counted up when copies come to be made differently.
COPY_VERSION = 1
# The most that a number of a unit row may differ from the model's own.
TOLERANCE = 1e-5
# Texts that run at once. More are no faster on a CPU, and need more memory.
BATCH = 16
# Characters by which the texts of a batch may differ in length, so that little of it is padding.
BATCH_SPREAD = 60
# What a model is made of; pictures and cards say nothing of its rows.
MODEL_FILES = (".json", ".txt", ".model", ".safetensors", ".bin", ".py")
INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


@dataclass(frozen=True)
class Refusal:
    """Why a model has no copy."""

    reason: str


class OnnxCopy:
    """A loaded copy.

    Args:
        folder: The copy.
        inputs: Names of the model's inputs, a part of `INPUTS`.
        dimensions: Numbers a row.
    """

    def __init__(self, folder: Path, inputs: Sequence[str], dimensions: int) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it complains after every fork
        import onnxruntime
        from tokenizers import Tokenizer

        keep_in_forks()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _usable_cores()
        options.log_severity_level = 3  # errors
        # Threads that wait by spinning take the cores from the simulator's processes, which run at the same time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._inputs = tuple(inputs)
        self.dimensions = dimensions
        self.way = f"its fast copy in {folder}"

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Unit row vectors, float32, (len(texts), dimensions)."""
        import numpy as np

        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in _batches(texts):
            encoded = self._tokenizer.encode_batch([texts[index] for index in batch])
            feed = {
                name: np.array([getattr(item, INPUTS[name]) for item in encoded], dtype=np.int64)
                for name in self._inputs
            }
            rows[batch] = self._session.run(None, feed)[0]
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """The texts' indices in batches of about the same length, short texts first."""
    batch: list[int] = []
    for index in sorted(range(len(texts)), key=lambda index: len(texts[index])):
        if batch and (len(batch) == BATCH or len(texts[index]) - len(texts[batch[0]]) > BATCH_SPREAD):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fingerprint(model: Path) -> str:
    """Hash of a model's files.

    Raises:
        EnvironmentBroken: They cannot be read, or there are none.
    """
    if not any((model / name).is_file() for name in ("modules.json", "config.json")):
        raise EnvironmentBroken(
            f"no embedding model in {model}", "give the folder of a sentence-transformers model: --embedder"
        )
    whole = hashlib.sha256()
    try:
        files = sorted(path for path in model.rglob("*") if path.suffix in MODEL_FILES and path.is_file())
        for path in files:
            whole.update(f"{path.relative_to(model).as_posix()} {sha256(path)}\n".encode())
    except OSError as error:
        raise EnvironmentBroken(
            f"the embedding model {model} cannot be read: {error.strerror}", "check the folder's permissions"
        ) from error
    return whole.hexdigest()[:32]


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cache_folder() -> Path:
    """Where what can be made again is kept: `SIMSMITH_CACHE`, or the platform's user cache folder."""
    chosen = os.environ.get("SIMSMITH_CACHE") or platformdirs.user_cache_path("simsmith")
    return Path(chosen).expanduser().absolute()


def fast_copy(model: Path, fingerprint: str) -> OnnxCopy | Refusal:
    """The copy of a model, made if there is none or if it is damaged.

    Args:
        model: The model's folder.
        fingerprint: The hash of its files.
    """
    target = cache_folder() / "embedders" / f"{fingerprint}-{COPY_VERSION}"
    found = read_copy(target)
    if found is None:
        reason = _make(model, target)
        found = read_copy(target)
    return found if found is not None else Refusal(reason)


def read_copy(target: Path) -> OnnxCopy | Refusal | None:
    """The copy in this folder; a refusal that was noted there; None when there is none or it is damaged."""
    try:
        told = json.loads((target / "copy.json").read_bytes())
        if "refused" in told:
            return Refusal(str(told["refused"]))
        if any(sha256(target / name) != digest for name, digest in told["files"].items()):
            return None
        return OnnxCopy(target, told["inputs"], told["dimensions"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    except _runtime_errors():
        return None


def _runtime_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises of a file that this version cannot run; these errors have no class in common."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented, state.RuntimeException


def copy_note(target: Path, inputs: Sequence[str], dimensions: int) -> dict[str, Any]:
    """What `copy.json` says of a copy whose other files are written."""
    files = {path.name: sha256(path) for path in sorted(target.iterdir())}
    return {"inputs": list(inputs), "dimensions": dimensions, "files": files}


def _make(model: Path, target: Path) -> str:
    """Has a process of its own make the copy; returns why there is none, if there is none.

    Exporting loads torch and says much on the way; neither stays with the process that asks.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-m", "memory.onnx_export", str(model), str(target)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    told = done.stderr.strip().splitlines()
    return told[-1] if done.returncode and told else f"its maker ended with status {done.returncode}"
