"""How a policy is trained: what is saved as its `config.json`, and the presets that such a config begins with."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from policy.network_config import TransporterConfig
from sim.layout import Frozen

Preset = Literal["smoke", "cpu", "gpu"]
Variant = Literal["text", "blind"]


class TrainConfig(Frozen):
    """How a policy is trained.

    Attributes:
        preset: What it began with.
        variant: `text` reads the instruction, `blind` does not.
        seed: Of the first weights, of the choice of steps, and of their augmentation.
        steps: Batches that are learnt from.
        batch: Steps of demonstrations in a batch.
        learning_rate: At its highest; it rises during `warmup` and falls along a cosine to nothing.
        warmup: Share of the steps during which it rises.
        weight_decay: Of AdamW (arXiv 1711.05101).
        clip: Norm that gradients are cut to.
        average: Decay of the running average of the weights, which is what acts in the end.
        precision: Of the convolutions; weights, losses and the optimiser are always fp32.
        augment: Whether the table is turned and moved.
        disturb: Whether lamps, tables and sensors are drawn anew, as in the randomised appearance, in recordings of
            the plain one.
        held_out: Share of each task's episodes that is only looked at, to see the loss on what was not learnt.
        validate_every: Steps between two such looks; 0 looks never.
        log_every: Steps whose mean makes a row of the curve.
        checkpoint_every: Steps between two checkpoints.
        compile: Whether `torch.compile` makes the network faster (GPU only).
        vision: Folder of a frozen vision encoder for a second stream; empty for none.
        network: What the network looks like.
    """

    preset: Preset = "cpu"
    variant: Variant = "text"
    seed: Annotated[int, Field(ge=0)] = 0
    steps: Annotated[int, Field(ge=1)] = 2000
    batch: Annotated[int, Field(ge=1, le=4096)] = 8
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    warmup: Annotated[float, Field(ge=0, le=1)] = 0.05
    weight_decay: Annotated[float, Field(ge=0)] = 0.02
    clip: Annotated[float, Field(gt=0)] = 1.0
    average: Annotated[float, Field(ge=0, lt=1)] = 0.998
    precision: Literal["bf16", "fp32"] = "bf16"
    augment: bool = True
    disturb: bool = False
    held_out: Annotated[float, Field(ge=0, lt=1)] = 0.05
    validate_every: Annotated[int, Field(ge=0)] = 500
    log_every: Annotated[int, Field(ge=1)] = 50
    checkpoint_every: Annotated[int, Field(ge=1)] = 250
    compile: bool = False
    vision: str = ""
    network: TransporterConfig = TransporterConfig()


PRESETS: dict[Preset, TrainConfig] = {
    "smoke": TrainConfig(
        preset="smoke",
        steps=30,
        batch=4,
        average=0.9,
        validate_every=15,
        log_every=5,
        checkpoint_every=10,
        network=TransporterConfig(channels=(16, 24, 32), key_channels=2, rotations=12, crop=9, text_channels=32),
    ),
    "cpu": TrainConfig(),
    "gpu": TrainConfig(
        preset="gpu",
        steps=20_000,
        batch=32,
        average=0.999,
        validate_every=1000,
        checkpoint_every=1000,
        network=TransporterConfig(
            resolution="full", channels=(48, 96, 192, 192), depth=2, key_channels=8, crop=25, text_channels=192
        ),
    ),
}


def preset(name: Preset, **changes: Any) -> TrainConfig:
    """A preset with changes; `blind` networks read nothing.

    Args:
        name: Of the preset.
        changes: Attributes of the config that are others; None changes nothing.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    config = TrainConfig.model_validate({**PRESETS[name].model_dump(), **given})
    if config.variant == "blind":
        return config.model_copy(update={"network": config.network.model_copy(update={"text": "none"})})
    return config


def differences(now: Any, before: Any, at: str = "") -> list[str]:
    """Where two JSON documents differ, the later and the one before: `steps: 200 before, 100 now`."""
    if isinstance(now, dict) and isinstance(before, dict):
        keys = [*now, *(key for key in before if key not in now)]
        return [
            line
            for key in keys
            for line in differences(now.get(key), before.get(key), f"{at}.{key}" if at else str(key))
        ]
    return [] if now == before else [f"{at}: {before} before, {now} now"]
