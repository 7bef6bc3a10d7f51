"""A trained policy at work: what is seen and told in, an action out."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ValidationError

from policy.batches import image_of, table_place
from policy.checkpoint import CONFIG, FORMAT, WEIGHTS, put_weights, read_document, read_tensors
from policy.config import TrainConfig
from policy.objective import decoded, place_chances
from policy.observation import seen
from policy.text import LibraryEncoder, NoText, TextEncoder
from policy.transporter import Maps, Transporter, likeliest
from sim.action import Action
from sim.errors import FileDamaged, UsageError

if TYPE_CHECKING:
    from policy.network_config import TransporterConfig
    from policy.vision import VisionEncoder

KEPT_INSTRUCTIONS = 256


@dataclass(frozen=True)
class Attention:
    """Where a policy would act.

    Attributes:
        pick: (H, W) float32, how likely a pick is at each pixel.
        place: (H, W) float32, how likely the place is, over all turns, after the likeliest pick.
    """

    pick: NDArray[np.float32]
    place: NDArray[np.float32]


class Policy:
    """A network with its weights.

    Args:
        network: It, on its device.
        encoder: Reads instructions; the one that the network learnt with.
        vision: The frozen second stream, where the network has one.
    """

    def __init__(self, network: Transporter, encoder: TextEncoder, vision: VisionEncoder | None = None) -> None:
        self.network = network.eval()
        self._vision = vision
        self._rows = functools.lru_cache(KEPT_INSTRUCTIONS)(lambda text: encoder.read([text]))

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Policy:
        """The policy of a folder.

        Raises:
            UsageError: The folder has none, or its weights are of another architecture.
            FileDamaged: One of its files is damaged.
            EnvironmentBroken: The text encoder that it learnt with is not on this machine.
        """
        config = policy_config(folder)
        weights, _ = read_tensors(folder / WEIGHTS)
        network = Transporter(config.network)
        put_weights(network, weights, str(folder / WEIGHTS))
        return cls(network.to(device), text_encoder(config.network, str(folder)), vision_encoder(config, str(folder)))

    def act(self, color: NDArray[np.uint8], height: NDArray[np.float32], instruction: str) -> Action:
        """The action for what is seen.

        Args:
            color: (160, 320, 3) RGB.
            height: (160, 320) metres.
            instruction: What is to be done.
        """
        maps = self._maps(color, height, instruction)
        shape = maps.pick.shape[1:]
        pick = likeliest(maps.pick)[0].tolist()
        place, turn = decoded(maps)
        target = place[0].tolist()
        return Action((*table_place(pick, shape), 0.0), (*table_place(target, shape), float(turn[0])))

    def explain(self, color: NDArray[np.uint8], height: NDArray[np.float32], instruction: str) -> Attention:
        """Where it would pick and place, as maps; arguments as for `act`."""
        maps = self._maps(color, height, instruction)
        chances = maps.pick.flatten(1).softmax(1).view_as(maps.pick)[0]
        return Attention(chances.cpu().numpy(), place_chances(maps)[0].cpu().numpy())

    def _maps(self, color: NDArray[np.uint8], height: NDArray[np.float32], instruction: str) -> Maps:
        device = next(self.network.parameters()).device
        colors, heights = seen(color, height, self.network.config.resolution)
        rows = self._rows(instruction)
        with torch.inference_mode():
            image = image_of(colors[None], heights[None], device)
            patches = None if self._vision is None else self._vision.patches(image[:, :3])
            words, known = torch.from_numpy(rows.words).to(device), torch.from_numpy(rows.known).to(device)
            maps: Maps = self.network(image, words, known, None, patches)
        return maps


def policy_config(folder: Path) -> TrainConfig:
    """The config of a policy's folder.

    Raises:
        UsageError: There is none.
        FileDamaged: It is no config.
    """
    document = read_document(folder / CONFIG)
    if document.get("format") != FORMAT:
        said = f"{folder / CONFIG} is of format {document.get('format')}, and this simsmith reads {FORMAT}"
        raise FileDamaged(said, "update simsmith, or train the policy again")
    try:
        return TrainConfig.model_validate(document.get("train"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FileDamaged(
            f"{folder / CONFIG} is damaged: {where}: {first['msg']}", "restore it, or train under another name"
        ) from None


def text_encoder(network: TransporterConfig, whose: str) -> TextEncoder:
    """The encoder that a network reads with.

    Args:
        network: Its config; an empty name of an encoder takes whichever this machine has.
        whose: Who it is, for the message.

    Raises:
        UsageError: This machine has another one.
        EnvironmentBroken: It has none.
    """
    if network.text == "none":
        return NoText()
    encoder = LibraryEncoder(reading=network.text)
    if network.text_encoder and encoder.name != network.text_encoder:
        raise UsageError(
            f"{whose} learnt to read with {network.text_encoder}, and here texts are read by {encoder.name}",
            "set SIMSMITH_EMBEDDER to the model that it learnt with",
        )
    return encoder


def vision_encoder(config: TrainConfig, whose: str) -> VisionEncoder | None:
    """The frozen vision encoder of a two-stream network; None where there is no second stream.

    Raises:
        UsageError: Its folder has another one now, or none.
        EnvironmentBroken: `transformers` is not installed.
    """
    if not config.vision:
        return None
    from policy.vision import VisionEncoder

    encoder = VisionEncoder.load(config.vision)
    if config.network.vision and encoder.name != config.network.vision:
        raise UsageError(
            f"{whose} learnt to see with {config.network.vision}, and {config.vision} holds {encoder.name}",
            "put the vision encoder that it learnt with back into this folder",
        )
    return encoder
