"""The network: a Transporter (Zeng et al., arXiv 2010.14406) that reads instructions, made cheap enough for a CPU.

    color, height ─▶ stem ─▶ trunk: a UNet, each block modulated by the instruction (FiLM, arXiv 1709.07871) ─▶ features
    features ─▶ pick map: which pixel to pick
    features, pick ─▶ place maps: a crop around the pick, turned by R angles, is correlated with the key map; a bias map
                      at the image's resolution, modulated by the features at the pick, says where within a cell

One pass of the trunk serves both. Transporter Networks run three deep ones over the whole image, and correlate at its
full resolution; here cells of 2 x 2 pixels are correlated, and place is a softmax over turns and pixels whose logits
are the sum of the two: p(turn, pixel) ~ exp(correlation[turn, cell of pixel] + bias[pixel]).

Letters in the shapes: B batch, H x W image (80 x 160 at half resolution), h x w cells (H/2 x W/2), R turns, K side of a
crop in cells, C channels, L words, E numbers an embedding, T numbers of a read instruction.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy.network_config import TransporterConfig

CELL = 2  # pixels a side
GROUPS = 8  # of channels that are normalised together
HEADS = 4
HARMONICS = 8  # of a turn
QUERIES = 4  # what the instruction is asked for: what to pick, where to place, ...
MAX_WORDS = 48  # rows of an instruction: the sentence, then its words (`policy/text.py`)
MIDDLE = (0.85, 0.83, 0.81)  # colour of a bare table, so that a bare table is nearly zero
RELIEF = 9  # pixels around a pixel whose mean height is taken from its own


@dataclass(frozen=True)
class Maps:
    """Logits of one batch.

    Attributes:
        pick: (B, H, W).
        correlation: (B, R, h, w).
        bias: (B, H, W).
    """

    pick: Tensor
    correlation: Tensor
    bias: Tensor


class Block(nn.Module):
    """Two convolutions around which the input is led; what the instruction says scales and shifts the middle."""

    def __init__(self, channels: int, text_channels: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(GROUPS, channels)
        self.conv_in = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm_out = nn.GroupNorm(GROUPS, channels)
        self.conv_out = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(text_channels, 2 * channels)

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        """(B, C, h, w), (B, T) -> (B, C, h, w)."""
        scale, shift = self.film(text)[:, :, None, None].chunk(2, dim=1)
        y = self.conv_in(functional.relu(self.norm_in(x)))
        y = functional.relu(self.norm_out(y) * (1.0 + scale) + shift)
        changed: Tensor = x + self.conv_out(y)
        return changed


class Glance(nn.Module):
    """Self-attention among all cells of the coarsest level, so that things far apart can be compared."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.queries_keys_values = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) -> (B, C, h, w)."""
        batch, channels, rows, columns = x.shape
        packed = self.queries_keys_values(self.norm(x)).view(batch, 3, HEADS, channels // HEADS, rows * columns)
        query, key, value = packed.transpose(-1, -2).unbind(1)  # (B, heads, h * w, C / heads)
        seen = functional.scaled_dot_product_attention(query, key, value)
        changed: Tensor = x + self.out(seen.transpose(-1, -2).reshape(batch, channels, rows, columns))
        return changed


class Reader(nn.Module):
    """Makes the rows of an instruction's words into what modulates the trunk."""

    def __init__(self, config: TransporterConfig) -> None:
        super().__init__()
        width = config.text_channels
        self.enter = nn.Linear(config.text_dimensions, width)
        self.position = nn.Parameter(0.3 * torch.randn(MAX_WORDS, width))
        self.mix = nn.TransformerEncoderLayer(
            width, HEADS, 2 * width, dropout=0.0, batch_first=True, norm_first=True, activation="gelu"
        )
        self.queries = nn.Parameter(torch.randn(QUERIES, width))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Sequential(nn.Linear(QUERIES * width, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, words: Tensor, known: Tensor) -> Tensor:
        """(B, L, E) rows and (B, L) which of them there are -> (B, T)."""
        length = words.shape[1]
        # A unit row of E numbers has small ones.
        x = self.enter(words * math.sqrt(words.shape[2])) + self.position[:length]
        x = self.norm(self.mix(x, src_key_padding_mask=~known))  # (B, L, T)
        score = torch.einsum("qt,blt->bql", self.queries, x) / math.sqrt(x.shape[2])
        share = score.masked_fill(~known[:, None], -torch.inf).softmax(dim=2)
        made: Tensor = self.out((share @ x).flatten(1))
        return made


class Trunk(nn.Module):
    """A UNet over cells."""

    def __init__(self, config: TransporterConfig) -> None:
        super().__init__()
        channels, text = config.channels, config.text_channels
        self.stem = nn.Conv2d(5, channels[0], 2 * CELL, stride=CELL, padding=CELL // 2)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in itertools.pairwise(channels))
        self.up = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in itertools.pairwise(channels))
        self.falling = nn.ModuleList(Block(c, text) for c in channels for _ in range(config.depth))
        self.depth = config.depth
        self.rising = nn.ModuleList(Block(c, text) for c in channels)
        self.glance = Glance(channels[-1])
        self.second = nn.Conv2d(config.vision_dimensions, channels[-1], 1) if config.vision_dimensions else None

    def forward(self, image: Tensor, text: Tensor, patches: Tensor | None) -> Tensor:
        """(B, 5, H, W), (B, T), (B, D, rows, columns) of the second stream -> (B, C, h, w)."""
        x: Tensor = self.stem(image)
        left = []
        for number, block in enumerate(self.falling):
            level, inside = divmod(number, self.depth)
            if level and not inside:
                left.append(x)
                x = self.down[level - 1](x)
            x = block(x, text)
        if self.second is not None and patches is not None:
            x = x + functional.interpolate(self.second(patches), x.shape[2:], mode="bilinear", align_corners=False)
        x = self.glance(x)
        for level in reversed(range(len(self.rising))):
            x = self.rising[level](x, text)
            if level:
                x = left[level - 1] + functional.interpolate(self.up[level - 1](x), scale_factor=2.0, mode="nearest")
        return x


class Transporter(nn.Module):
    """The whole network."""

    def __init__(self, config: TransporterConfig) -> None:
        super().__init__()
        self.config = config
        width, keys = config.channels[0], config.key_channels
        self.reader = Reader(config) if config.text != "none" else None
        self.trunk = Trunk(config)
        self.pick = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, CELL**2, 1))
        self.key = nn.Conv2d(width, keys, 3, padding=1)
        self.query = nn.Conv2d(width, keys, 3, padding=1)
        self.place = nn.Conv2d(width, width, 3, padding=1)
        self.held = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2 * width))
        self.bias = nn.Conv2d(width, CELL**2, 1)
        self.way = nn.Sequential(nn.Conv2d(width, width, 1), nn.ReLU(), nn.Conv2d(width, 4 * HARMONICS, 1))

    def forward(
        self, image: Tensor, words: Tensor, known: Tensor, pick: Tensor | None, patches: Tensor | None = None
    ) -> Maps:
        """Logits.

        Args:
            image: (B, 4, H, W): red, green and blue, 0..1, and height in metres.
            words: (B, L, E) rows of the instruction's words.
            known: (B, L) bool: which of them there are.
            pick: (B, 2) row and column of the pick, pixels; None takes the likeliest pixel.
            patches: (B, D, rows, columns) of the frozen vision encoder, if the network has a second stream.
        """
        text = image.new_zeros(len(image), self.config.text_channels)
        if self.reader is not None:
            text = self.reader(words, known)
        features = self.trunk(_prepared(image), functional.relu(text), patches)  # (B, C, h, w)
        picks = functional.pixel_shuffle(self.pick(features), CELL)[:, 0].float()  # (B, H, W)
        if pick is None:
            pick = likeliest(picks)
        held = self.held(sampled(features, pick[:, None, None])[:, :, 0, 0])  # (B, 2 C)
        scale, shift = held[:, :, None, None].chunk(2, dim=1)
        bias = self.bias(functional.relu(self.place(features) * (1.0 + scale) + shift))
        bias = functional.pixel_shuffle(bias, CELL)[:, 0].float()  # (B, H, W)
        return Maps(picks, self._correlation(features, pick) + self._turning(features, pick), bias)

    def _turning(self, features: Tensor, pick: Tensor) -> Tensor:
        """How well each turn brings what is at the pick to the way that each cell wants it to lie: (B, R, h, w).

        Features say for each harmonic k which way a thing lies, p, and which way one should lie there, c (complex
        numbers); a turn a is as likely as the real part of p conj(c) exp(i k a) is large. A thing that looks the same
        after a quarter turn has multiples of the fourth harmonic alone.
        """
        ways = self.way(features).float().unflatten(1, (4, HARMONICS))  # (B, 4, harmonics, h, w)
        there_x, there_y = ways[:, 2], ways[:, 3]
        lies = sampled(ways[:, :2].flatten(1, 2), pick[:, None, None]).view(len(pick), 2, HARMONICS, 1, 1)
        here_x, here_y = lies[:, 0], lies[:, 1]
        even, odd = here_x * there_x + here_y * there_y, here_x * there_y - here_y * there_x
        angle = 2.0 * math.pi * torch.arange(self.config.rotations, device=pick.device) / self.config.rotations
        phase = angle[:, None] * torch.arange(1, HARMONICS + 1, device=pick.device)  # (R, harmonics)
        waves = torch.cat([phase.cos(), phase.sin()], dim=1)
        return torch.einsum("rk,bkhw->brhw", waves, torch.cat([even, odd], dim=1))

    def _correlation(self, features: Tensor, pick: Tensor) -> Tensor:
        """How well what lies around the pick, turned by each angle, fits around each cell: (B, R, h, w)."""
        key, query = self.key(features), self.query(features)
        batch, channels, _, _ = key.shape
        turns, side = self.config.rotations, self.config.crop
        grid = turned_grid(turns, side).to(pick) * CELL + pick[:, None, None]  # (B, R * K, K, 2)
        crops = sampled(query, grid).view(batch, channels, turns, side, side).transpose(1, 2)
        crops = crops.to(key.dtype) / math.sqrt(channels * side)
        if key.is_cuda:
            found = functional.conv2d(key.flatten(0, 1)[None], crops.flatten(0, 1), padding=side // 2, groups=batch)
            return found.view(batch, turns, *key.shape[2:]).float()
        # Four times as fast on a CPU as one convolution in groups.
        each = [functional.conv2d(key[i : i + 1], crops[i], padding=side // 2) for i in range(batch)]
        return torch.cat(each).float()


def _prepared(image: Tensor) -> Tensor:
    """(B, 4, H, W) -> (B, 5, H, W): colour against the bare table, height, and height against what is around."""
    color = 2.0 * (image[:, :3] - image.new_tensor(MIDDLE)[:, None, None])
    height = image[:, 3:]
    around = functional.avg_pool2d(height, RELIEF, stride=1, padding=RELIEF // 2, count_include_pad=False)
    return torch.cat([color, 10.0 * height, 40.0 * (height - around)], dim=1)


def sampled(features: Tensor, points: Tensor) -> Tensor:
    """Features of cells, interpolated at points of the image; zero outside.

    Args:
        features: (B, C, h, w).
        points: (B, n, m, 2) rows and columns, pixels.

    Returns:
        (B, C, n, m).
    """
    size = points.new_tensor([features.shape[2] * CELL, features.shape[3] * CELL])
    grid = ((points + 0.5) / size * 2.0 - 1.0).flip(-1)  # grid_sample wants x, y from -1 to 1
    return functional.grid_sample(features.float(), grid.float(), align_corners=False)


def turned_grid(turns: int, side: int) -> Tensor:
    """Where each cell of a crop comes from when what is in it is turned, cells from the middle: (R * K, K, 2).

    A thing turned by a looks, at an offset d from its middle, as it did at the offset d turned by -a.
    """
    angle = 2.0 * math.pi * torch.arange(turns, dtype=torch.float32) / turns
    offset = torch.arange(side, dtype=torch.float32) - side // 2
    rows, columns = torch.meshgrid(offset, offset, indexing="ij")  # (K, K)
    sine, cosine = angle.sin()[:, None, None], angle.cos()[:, None, None]
    turned = torch.stack([cosine * rows + sine * columns, cosine * columns - sine * rows], dim=-1)
    return turned.view(turns * side, side, 2)


def likeliest(logits: Tensor) -> Tensor:
    """(B, H, W) -> (B, 2): row and column of the highest pixel after its neighbours are added, to a part of a pixel."""
    chance = logits.flatten(1).softmax(dim=1).view_as(logits)[:, None]
    around = functional.avg_pool2d(chance, 3, stride=1, padding=1)[:, 0]
    best = around.flatten(1).argmax(dim=1)
    row, column = best // logits.shape[2], best % logits.shape[2]
    window = functional.pad(chance, (1, 1, 1, 1))[:, 0]
    step = torch.arange(-1.0, 2.0, device=logits.device)
    found = []
    for index in range(len(logits)):
        near = window[index, row[index] : row[index] + 3, column[index] : column[index] + 3]
        near = near / near.sum().clamp_min(1e-12)
        found.append(torch.stack([row[index] + (near.sum(1) * step).sum(), column[index] + (near.sum(0) * step).sum()]))
    return torch.stack(found)
