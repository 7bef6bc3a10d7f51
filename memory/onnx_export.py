"""Makes the fast copy of a model: `python -m memory.onnx_export MODEL TARGET`. Read `memory/onnx_copy.py` first.

A copy is complete or not there: it is written beside its place and renamed. One process makes it, others wait.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.onnx_copy import INPUTS, TOLERANCE, OnnxCopy, Refusal, copy_note, read_copy

if TYPE_CHECKING:
    from memory.torch_model import TorchModel

LOCK_SECONDS = 600.0
# Two lengths, two rows: sizes of one or of the same would be taken for constants.
SAMPLES = ("put the red block in the green bowl", "stack three blue blocks on the green one, then sweep the pile")
# What the copy is tried on: short, longer than any limit, nothing, outer space, capitals, other scripts.
TRIALS = (
    *SAMPLES,
    "block",
    "a rope and a ball " * 800,
    "",
    "  Put\tTHE Ball\n ",
    "каре́та, 積み木, naïve 🧱",
    "x_1 = [0.5]",
)


def make_copy(model: Path, target: Path) -> None:
    """Make the copy of a model in the folder `target`, or note there why there can be none.

    Raises:
        OSError: The cache cannot be written.
        EnvironmentBroken: The model cannot be loaded.
    """
    import filelock

    target.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(target.with_suffix(".lock"), timeout=LOCK_SECONDS):
        if read_copy(target) is not None:
            return  # another process has made it meanwhile
        _delete(target)
        for left in target.parent.glob(f"{target.name}-*"):
            _delete(left)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}-"))
        try:
            note = _export(model, work)
            (work / "copy.json").write_text(json.dumps(note, indent=2), encoding="utf-8")
            work.rename(target)
        finally:
            _delete(work)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _export(model: Path, work: Path) -> dict[str, Any]:
    """Write a model's copy, try it, and return what `copy.json` says of it."""
    from memory.torch_model import TorchModel

    original = TorchModel(model)
    exported = _write(original, work)
    if isinstance(exported, Refusal):
        return {"refused": exported.reason}
    copy = OnnxCopy(work, exported, original.dimensions)
    difference = float(abs(copy.rows(TRIALS) - original.rows(TRIALS)).max())
    if not difference <= TOLERANCE:
        return {"refused": f"its copy gives other vectors (differences up to {difference:.1g})"}
    return copy_note(work, exported, original.dimensions)


def _write(original: TorchModel, work: Path) -> list[str] | Refusal:
    """Write model and tokeniser; returns the names of the model's inputs."""
    import torch

    model = original.model
    if model.default_prompt_name is not None or model.truncate_dim is not None:
        return Refusal("it puts a prompt before its texts, or cuts its rows")
    features = model.preprocess(list(SAMPLES))
    names = [name for name, value in features.items() if isinstance(value, torch.Tensor)]
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None or not set(names) <= set(INPUTS):
        return Refusal("its tokeniser is none that the package tokenizers has")

    class Whole(torch.nn.Module):
        """Tokens in, rows out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            rows: torch.Tensor = self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return rows

    any_size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    try:
        torch.onnx.export(
            Whole().eval(),
            tuple(features[name] for name in names),
            work / "model.onnx",
            input_names=names,
            output_names=["rows"],
            dynamic_shapes=(tuple(any_size for _ in names),),
            dynamo=True,
            external_data=True,
            verbose=False,
        )
    except torch.onnx.OnnxExporterError as error:
        return Refusal(f"it cannot be exported: {' '.join(str(error).split())[:200]}")
    tokenizer.save(str(work / "tokenizer.json"))  # used just now: it has the truncation and padding of the model
    return names


if __name__ == "__main__":
    make_copy(Path(sys.argv[1]), Path(sys.argv[2]))
