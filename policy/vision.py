"""A second stream: patches of a frozen, pretrained vision encoder, as in CLIPort (arXiv 2109.12098).

Any vision tower of CLIP that `transformers` can load from a folder will do; nothing is fetched. Its patches enter the
trunk at its coarsest level.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from sim.errors import EnvironmentBroken, UsageError

# Mean and deviation of the colours that CLIP's towers were trained with (arXiv 2103.00020, its published code).
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
REMEDY = "name a folder with the vision model of CLIP, as transformers saves it (config.json, model.safetensors)"


class VisionEncoder:
    """A frozen vision tower.

    Args:
        tower: A `CLIPVisionModel` of transformers.
        name: Names its weights.
    """

    def __init__(self, tower: Any, name: str) -> None:
        self.tower = tower.eval().requires_grad_(False)
        self.name = name

    @classmethod
    def load(cls, folder: str) -> VisionEncoder:
        """The tower in a folder.

        Raises:
            UsageError: There is none.
            EnvironmentBroken: `transformers` is not installed.
        """
        try:
            from transformers import CLIPVisionModel
        except ImportError as error:
            raise EnvironmentBroken("a second stream needs transformers", "pip install transformers") from error
        place = Path(folder).expanduser()
        weights = place / "model.safetensors"
        if not weights.is_file():
            raise UsageError(f"there is no vision encoder in {place}: no model.safetensors", REMEDY)
        try:
            tower = CLIPVisionModel.from_pretrained(str(place), local_files_only=True, use_safetensors=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(f"{place} holds no vision encoder that can be loaded: {error}", REMEDY) from None
        return cls(tower, f"{place.name}@{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}")

    @property
    def dimensions(self) -> int:
        """Numbers a patch."""
        return int(self.tower.config.hidden_size)

    def patches(self, color: Tensor) -> Tensor:
        """(B, 3, H, W) red, green and blue, 0..1 -> (B, D, rows, columns), twice as many columns as rows.

        Position embeddings are stretched to a picture twice as wide as high, so that nothing is squeezed.
        """
        side, patch = int(self.tower.config.image_size), int(self.tower.config.patch_size)
        wide = functional.interpolate(color, (side, 2 * side), mode="bilinear", align_corners=False)
        mean, deviation = color.new_tensor(MEAN)[:, None, None], color.new_tensor(DEVIATION)[:, None, None]
        self.tower.to(color.device)
        with torch.no_grad():
            found = self.tower((wide - mean) / deviation, interpolate_pos_encoding=True).last_hidden_state
        rows = side // patch
        tokens: Tensor = found[:, 1:]  # the first is of the whole picture
        return tokens.transpose(1, 2).reshape(len(color), self.dimensions, rows, 2 * rows)
