"""Batches: which steps of demonstrations are learnt from at which step of training, augmented, as tensors.

The batch of step i is a function of the seed and i alone, so that a resumed training sees what the first would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy.augmentation import disturbed_images, motion, moved_images, moved_points, turns_matter
from policy.dataset import Samples
from policy.observation import metres, shrink
from policy.text import TextEncoder
from sim.camera import HEIGHTMAP_SHAPE, PIXEL, Resolution
from sim.errors import UsageError
from sim.layout import WORKSPACE


@dataclass(frozen=True)
class Batch:
    """Steps of demonstrations.

    Attributes:
        image: (B, 4, H, W): red, green and blue, 0..1, and height in metres.
        words: (B, L, E) rows of the instruction's words; see `policy/text.py`.
        known: (B, L) bool.
        pick: (B, 2) row and column, pixels.
        place: (B, 2) likewise.
        turn: (B,) radians.
        turned: (B,) bool: whether the turn means anything.
    """

    image: Tensor
    words: Tensor
    known: Tensor
    pick: Tensor
    place: Tensor
    turn: Tensor
    turned: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        return Batch(**{name: value.to(device, non_blocking=True) for name, value in vars(self).items()})


class Batches:
    """Makes batches of samples.

    A task is drawn first, each with the same chance, and then one of its steps: a task with long episodes does not
    crowd out the others, and two policies trained on different numbers of tasks can be compared.

    Args:
        samples: Steps of demonstrations.
        encoder: Reads the instructions.
        seed: Of the draws.
        size: Samples a batch.
        augment: Whether tables are turned and moved.
        disturb: Whether lamps, tables and sensors of plain samples are drawn anew; samples are of full resolution then,
            since tables and noise are painted there.
        resolution: Of the batches; samples of the full one are shrunk to it.
        held_out: Share of each task's episodes, the last ones, that no batch has.
        device: Where images are turned and moved.
    """

    def __init__(
        self,
        samples: Samples,
        encoder: TextEncoder,
        *,
        seed: int,
        size: int,
        augment: bool,
        disturb: bool,
        resolution: Resolution,
        held_out: float,
        device: torch.device,
    ) -> None:
        self.device = device
        self.samples, self.seed, self.size = samples, seed, size
        self.augment, self.disturb = augment, disturb
        rows = encoder.read(samples.instructions)
        self._words, self._known = torch.from_numpy(rows.words), torch.from_numpy(rows.known)
        self._free = [not turns_matter(text) for text in samples.instructions]
        self._turned = np.array([primitive != "push" for primitive in samples.primitives])
        self._plain = np.array([appearance == "plain" for appearance in samples.appearances])
        self._shrinks = resolution == "half" and samples.color.shape[1:3] == HEIGHTMAP_SHAPE
        shape = tuple(side // (2 if self._shrinks else 1) for side in samples.color.shape[1:3])
        self._points = np.stack([pixels(samples.pick, shape), pixels(samples.place, shape)], axis=1)  # (N, 2, 2)
        episodes = np.array(
            [samples.episode[samples.task == task].max(initial=-1) + 1 for task in range(len(samples.tasks))]
        )
        kept = episodes - np.floor(held_out * episodes).astype(np.int64)
        learnt = samples.episode < kept[samples.task]
        self._by_task = [np.flatnonzero(learnt & (samples.task == task)) for task in range(len(samples.tasks))]
        self._by_task = [rows for rows in self._by_task if len(rows)]
        self._left = np.flatnonzero(~learnt)
        if not self._by_task:
            raise UsageError("there are no demonstrations to learn from", "record some with simsmith demos")

    def batch(self, step: int) -> Batch:
        """The batch of a step of training."""
        generator = np.random.default_rng([self.seed, step])
        tasks = generator.integers(len(self._by_task), size=self.size)
        rows = np.array([generator.choice(self._by_task[task]) for task in tasks])
        return self._made(rows, generator)

    def held_out(self) -> Sequence[Batch]:
        """What is not learnt from, as it is, in batches."""
        parts = [self._left[start : start + self.size] for start in range(0, len(self._left), self.size)]
        return [self._made(rows, None) for rows in parts]

    def _made(self, rows: NDArray[np.int64], generator: np.random.Generator | None) -> Batch:
        """The samples of some rows; augmented where there is chance."""
        samples = self.samples
        color, height = samples.color[rows], samples.height[rows]
        if generator is not None and self.disturb:
            plain = np.flatnonzero(self._plain[samples.task[rows]])
            color[plain], height[plain] = disturbed_images(color[plain], height[plain], generator)
        if self._shrinks:
            color, height = shrink(color, height)
        image = image_of(color, height, self.device)
        points = self._points[rows]
        told = samples.instruction[rows]
        if generator is not None and self.augment:
            shape = (image.shape[2], image.shape[3])
            moved = np.stack(
                [motion(generator, shape, pair, free=self._free[text]) for pair, text in zip(points, told, strict=True)]
            )
            image = moved_images(image, moved)
            points = np.stack([moved_points(each, pair) for each, pair in zip(moved, points, strict=True)])
        both = torch.from_numpy(points.astype(np.float32))
        turn = samples.place[rows, 2] - samples.pick[rows, 2]
        return Batch(
            image=image,
            words=self._words[told],
            known=self._known[told],
            pick=both[:, 0],
            place=both[:, 1],
            turn=torch.from_numpy(turn),
            turned=torch.from_numpy(self._turned[samples.task[rows]]),
        )


def image_of(color: NDArray[np.uint8], height: NDArray[np.uint16], device: torch.device | None = None) -> Tensor:
    """(B, H, W, 3) colour and (B, H, W) recorded height -> (B, 4, H, W), made on a device."""
    red_green_blue = torch.from_numpy(np.ascontiguousarray(color)).to(device).permute(0, 3, 1, 2).float() / 255.0
    return torch.cat([red_green_blue, torch.from_numpy(metres(height)).to(device)[:, None]], dim=1)


def pixels(places: NDArray[np.float32], shape: Sequence[int]) -> NDArray[np.float64]:
    """Places (n, 3) on the table, x and y in metres, as rows and columns (n, 2) of an image; 0 is a pixel's middle."""
    low = np.array([WORKSPACE[0][0], WORKSPACE[1][0]])
    found: NDArray[np.float64] = (places[:, :2].astype(np.float64) - low) / _pixel(shape) - 0.5
    return found


def table_place(point: Sequence[float], shape: Sequence[int]) -> tuple[float, float]:
    """The place (m) that a point (row and column) of an image shows, kept on the table."""
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    row, column = point
    x, y = low_x + (row + 0.5) * _pixel(shape), low_y + (column + 0.5) * _pixel(shape)
    return min(max(x, low_x), high_x), min(max(y, low_y), high_y)


def _pixel(shape: Sequence[int]) -> float:
    """Side of a pixel in metres."""
    return PIXEL * HEIGHTMAP_SHAPE[0] / shape[0]
