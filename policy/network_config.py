"""What a network looks like, apart from torch, so that a config can be read without it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.layout import Frozen


def _odd(side: int) -> int:
    if side % 2 == 0:
        raise ValueError("a crop has a cell in its middle: its side is odd")
    return side


def _in_groups(channels: tuple[int, ...]) -> tuple[int, ...]:
    if not channels or any(count <= 0 or count % 8 for count in channels):
        raise ValueError("channels are normalised in groups: each level has a multiple of 8")
    return channels


class TransporterConfig(Frozen):
    """What the network looks like; saved with its weights.

    Attributes:
        resolution: `half` sees 80 x 160 pixels (6.25 mm), `full` 160 x 320 (3.125 mm).
        channels: Of the trunk's levels; each level has half the resolution of the one before, beginning at cells.
        depth: Residual blocks on each level on the way down.
        key_channels: Channels that are correlated.
        rotations: Turns of the crop.
        crop: Side of the crop in cells, odd.
        text: What is read: each word and the sentence, the sentence alone, or nothing.
        text_channels: Numbers that a read instruction is made into.
        text_dimensions: Numbers a row of the text encoder.
        text_encoder: Name of the text encoder; another one's rows mean nothing to the weights.
        vision_dimensions: Numbers a patch of a second, frozen stream (`policy/vision.py`); 0 has none.
        vision: Name of that vision encoder.
    """

    resolution: Literal["half", "full"] = "half"
    channels: Annotated[tuple[int, ...], AfterValidator(_in_groups)] = (32, 64, 96)
    depth: Annotated[int, Field(ge=1)] = 1
    key_channels: Annotated[int, Field(ge=1)] = 4
    rotations: Annotated[int, Field(ge=4)] = 36
    crop: Annotated[int, Field(ge=3), AfterValidator(_odd)] = 13
    text: Literal["words", "sentence", "none"] = "words"
    text_channels: int = 96
    text_dimensions: int = 384
    text_encoder: str = ""
    vision_dimensions: int = 0
    vision: str = ""
