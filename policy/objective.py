"""What the network is taught, and how its maps become an action again.

Labels are a little wide: any pixel on top of a block would have done, and a turn is known to a part of a bin only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from policy.transporter import CELL, Maps, likeliest

PIXELS = 1.0  # standard deviation of a label, pixels
BINS = 0.6  # and in bins of turns


@dataclass(frozen=True)
class Losses:
    """Of a batch, (B,) each: the pick's and the place's Kullback-Leibler divergences from their labels, nats.

    They are cross-entropies less what wide labels leave at best, so that nothing is left at 0.
    """

    pick: Tensor
    place: Tensor


def losses(maps: Maps, pick: Tensor, place: Tensor, turn: Tensor, turned: Tensor) -> Losses:
    """How far maps are from what was shown.

    Args:
        maps: Logits, with the places after the true picks.
        pick: (B, 2) row and column, pixels.
        place: (B, 2) likewise.
        turn: (B,) place yaw less pick yaw, radians.
        turned: (B,) bool: whether the turn means anything; it does not in a push.
    """
    pick_label = bump(pick, maps.pick.shape[1], maps.pick.shape[2])
    pick_loss = maps.pick.flatten(1).logsumexp(1) - (pick_label * maps.pick).sum((1, 2))
    label = bump(place, maps.bias.shape[1], maps.bias.shape[2])  # (B, H, W)
    turns = ring(turn, maps.correlation.shape[1])  # (B, R)
    turns = torch.where(turned[:, None], turns, torch.full_like(turns, 1.0 / turns.shape[1]))
    cells = _cells(label).sum(-1)  # (B, h, w)
    # The logits of (turn, pixel) are correlation[turn, cell] + bias[pixel]; they are never laid out one by one.
    whole = (maps.correlation.logsumexp(1) + _cells(maps.bias).logsumexp(-1)).flatten(1).logsumexp(1)
    fitted = (torch.einsum("brhw,bhw->br", maps.correlation, cells) * turns).sum(1) + (label * maps.bias).sum((1, 2))
    wide = _entropy(label) + _entropy(turns)
    return Losses(pick_loss - _entropy(pick_label), whole - fitted - wide)


def bump(points: Tensor, rows: int, columns: int) -> Tensor:
    """Labels (B, H, W) that sum to 1 around points (B, 2)."""
    row = torch.arange(rows, device=points.device) - points[:, :1]  # (B, H)
    column = torch.arange(columns, device=points.device) - points[:, 1:]
    return (-(row**2) / (2 * PIXELS**2)).softmax(1)[:, :, None] * (-(column**2) / (2 * PIXELS**2)).softmax(1)[:, None]


def ring(turn: Tensor, count: int) -> Tensor:
    """Labels (B, R) that sum to 1 around turns (B,), radians."""
    bins = torch.arange(count, device=turn.device) - turn[:, None] * count / (2 * math.pi)
    away = torch.remainder(bins + count / 2, count) - count / 2
    return (-(away**2) / (2 * BINS**2)).softmax(1)


def _entropy(label: Tensor) -> Tensor:
    """Of labels (B, ...): (B,), nats."""
    found: Tensor = torch.special.entr(label).flatten(1).sum(1)
    return found


def _cells(image: Tensor) -> Tensor:
    """(B, H, W) -> (B, h, w, pixels of a cell)."""
    batch, rows, columns = image.shape
    split = image.view(batch, rows // CELL, CELL, columns // CELL, CELL)
    return split.transpose(2, 3).reshape(batch, rows // CELL, columns // CELL, CELL**2)


def decoded(maps: Maps) -> tuple[Tensor, Tensor]:
    """The likeliest place of each: row and column (B, 2), pixels, and turn (B,), radians in -pi..pi."""
    cells = maps.correlation.logsumexp(1)  # (B, h, w)
    spread = cells.repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)
    place = likeliest(spread + maps.bias)
    batch, count = len(place), maps.correlation.shape[1]
    nearest = (place.round().long() // CELL).clamp_min(0)
    index = torch.arange(batch, device=place.device)
    logits = maps.correlation[
        index,
        :,
        nearest[:, 0].clamp_max(maps.correlation.shape[2] - 1),
        nearest[:, 1].clamp_max(maps.correlation.shape[3] - 1),
    ]
    chance = logits.softmax(1)  # (B, R)
    best = (chance + chance.roll(1, 1) + chance.roll(-1, 1)).argmax(1)
    near = torch.stack([chance[index, (best + step) % count] for step in (-1, 0, 1)], dim=1)
    bins = best + (near[:, 2] - near[:, 0]) / near.sum(1)
    angle = bins * 2 * math.pi / count
    return place, torch.remainder(angle + math.pi, 2 * math.pi) - math.pi


def place_chances(maps: Maps) -> Tensor:
    """How likely each pixel is as the place, over all turns: (B, H, W)."""
    cells = maps.correlation.logsumexp(1).repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)
    return (cells + maps.bias).flatten(1).softmax(1).view_as(maps.bias)
