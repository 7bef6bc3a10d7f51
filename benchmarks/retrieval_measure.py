"""Recall, reciprocal rank and their intervals; and the shares of views with which the first answer comes soonest."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.novelty import View

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

FIRST = 5
RESAMPLES = 10_000
TEMPERATURE = 0.02  # of the smooth rank: what counts as a clear difference of two scores
STEP = 0.05  # of the grid of shares
FINE = 0.01  # of the grid around its best point


@dataclass(frozen=True)
class Ranking:
    """How well each query is answered.

    Attributes:
        recall: Share of the answers that are among the first five, of five when there are more, (queries,).
        reciprocal: One through the rank of the first answer, (queries,).
    """

    recall: Scores
    reciprocal: Scores


def ranking(scores: Scores, relevant: Flags) -> Ranking:
    """How well scores rank.

    Args:
        scores: Higher is nearer, (queries, tasks); equal ones are put in a random order.
        relevant: Whether a task answers a query, at least one each, (queries, tasks).
    """
    ties = np.random.default_rng(0).random(scores.shape)
    order = np.lexsort((ties, -scores), axis=1)
    found = np.take_along_axis(relevant, order, axis=1)
    possible = np.minimum(FIRST, relevant.sum(axis=1))
    return Ranking(found[:, :FIRST].sum(axis=1) / possible, 1.0 / (found.argmax(axis=1) + 1.0))


def random_ranking(tasks: int, relevant: Flags) -> Ranking:
    """What a random order gives in the mean, exactly.

    The first of R answers among N tasks is at rank k with probability C(N - k, R - 1) / C(N, R).

    Args:
        tasks: How many are ranked.
        relevant: Whether a task answers a query, (queries, tasks).
    """
    counts = [int(count) for count in relevant.sum(axis=1)]
    recall = [FIRST * count / tasks / min(FIRST, count) for count in counts]
    reciprocal = [
        sum(math.comb(tasks - rank, count - 1) / rank for rank in range(1, tasks - count + 2)) / math.comb(tasks, count)
        for count in counts
    ]
    return Ranking(np.array(recall), np.array(reciprocal))


def interval(values: Scores) -> list[float]:
    """The mean's 95 % interval by bootstrap over queries, (low, high)."""
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    return [round(float(bound), 4) for bound in np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))]


def mixed(views: Mapping[View, Scores], shares: Mapping[View, float]) -> Scores:
    """The weighted mean of the views, as the library makes it: where one is missing (nan) the others share its part."""
    total = sum(shares[view] * np.nan_to_num(scores) for view, scores in views.items())
    taken = sum(shares[view] * ~np.isnan(scores) for view, scores in views.items())
    return np.asarray(total / np.maximum(taken, 1e-9), dtype=np.float64)


def smooth_reciprocal(scores: Scores, relevant: Flags) -> Scores:
    """One through the smooth rank of the best answer, (queries,).

    The rank is one and the other tasks above it, each counted by a sigmoid (Qin, Liu and Li 2010, "A general
    approximation framework for direct optimization of information retrieval measures").
    """
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    above = 1.0 / (1.0 + np.exp(np.clip((best - scores) / TEMPERATURE, -40.0, 40.0)))
    return np.asarray(1.0 / (1.0 + np.where(relevant, 0.0, above).sum(axis=1)), dtype=np.float64)


def fit_shares(views: Mapping[View, Scores], relevant: Flags) -> dict[View, float]:
    """The shares with the best smooth mean reciprocal rank: a grid, then a finer one around its best point.

    Args:
        views: Scores in each view, (queries, tasks), nan where a view cannot be taken.
        relevant: Whether a task answers a query, (queries, tasks).
    """
    names = list(views)

    def value(point: Sequence[float]) -> float:
        return float(smooth_reciprocal(mixed(views, dict(zip(names, point, strict=True))), relevant).mean())

    coarse = max(_simplex(len(names), STEP), key=value)
    near = (point for point in _simplex(len(names), FINE) if max(np.abs(np.subtract(point, coarse))) < STEP)
    best = max(near, key=value)
    return {name: round(share, 2) for name, share in zip(names, best, strict=True)}


def _simplex(parts: int, step: float) -> Iterator[tuple[float, ...]]:
    """Every way to share 1 among some parts in steps."""
    steps = round(1.0 / step)
    for counts in itertools.product(range(steps + 1), repeat=parts - 1):
        if sum(counts) <= steps:
            yield tuple(count / steps for count in (*counts, steps - sum(counts)))
