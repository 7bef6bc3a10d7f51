"""Intervals for what a study finds: a bootstrap over its levels, seeds of training, tasks, and episodes of a task.

Seeds and tasks are crossed: every policy is tested on the same tasks and the same scenes of each. A resample draws
seeds, then tasks, then of each task its scenes, the same for all seeds, all with replacement (the pigeonhole bootstrap,
Owen 2007, with the scenes below the tasks), and takes the same draw for both sides of a comparison. Few seeds or tasks
make few different resamples: with three of them the intervals are somewhat too narrow.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.layout import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2000
FEWEST_GROUPS = 5  # resamples of fewer test tasks are too few different ones to say anything
CHUNK = 200  # resamples that are drawn at once
TAILS = (0.025, 0.975)  # of a 95 % interval


class Interval(Frozen):
    """A value with its 95 % interval.

    Attributes:
        value: The value; None where it is not defined.
        low: The interval's lower end; None where the resamples give none.
        high: Its upper end; likewise.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0; one without width, of equal resamples, says nothing."""
        if self.low == self.high:
            return False
        return (self.low is not None and self.low > 0.0) or (self.high is not None and self.high < 0.0)

    def words(self, unit: str = "") -> str:
        """The interval as it stands in a table: `0.31 (0.22 to 0.40)`, or `+50 % (+10 to +90)`.

        Args:
            unit: What a hundredth is called; numbers are as they are when there is none.
        """
        if self.value is None:
            return "not defined"
        told = f"{_number(self.value, unit)}{f' {unit}' if unit else ''}"
        if self.low is not None and self.low == self.high:
            return f"{told} (no interval)"
        ends = [_number(end, unit) if end is not None else "open" for end in (self.low, self.high)]
        return f"{told} ({ends[0]} to {ends[1]})"


def _number(value: float, unit: str) -> str:
    shown = f"{100 * value:+.0f}" if unit else f"{value:.2f}"
    return shown if float(shown) else shown.lstrip("+-")  # a rounded 0 has no sign


def mean_interval(outcomes: ArrayLike, seed: int = 0) -> Interval:
    """The mean of outcomes (seeds, tasks, episodes), such as rewards; NaN stands for an episode that was not run."""
    import numpy as np

    known = np.asarray(outcomes, dtype=np.float64)
    if not known.size or np.isnan(known).all():
        return Interval()
    return _interval(float(np.nanmean(known)), _resampled_means([known], seed)[0])


def difference(arm: ArrayLike, base: ArrayLike, seed: int = 0) -> Interval:
    """How much higher an arm's mean is than that of its base, both (seeds, tasks, episodes) with the same meaning."""
    import numpy as np

    ours, theirs = (np.asarray(side, dtype=np.float64) for side in (arm, base))
    if not ours.size or ours.shape != theirs.shape:
        return Interval()
    means = _resampled_means([ours, theirs], seed)
    return _interval(float(np.nanmean(ours) - np.nanmean(theirs)), means[0] - means[1])


def relative_gain(arm: ArrayLike, base: ArrayLike, seed: int = 0) -> Interval:
    """The difference of the means as a part of the base's mean: 0.5 is 50 % better.

    Not defined where the base's mean is 0. A resample in which it is 0 counts as endlessly better where the arm's mean
    is not 0 (so that the interval may be open), and as anything from the worst to endlessly better where both are 0.
    """
    import numpy as np

    ours, theirs = (np.asarray(side, dtype=np.float64) for side in (arm, base))
    if not ours.size or ours.shape != theirs.shape or not np.nanmean(theirs) > 0.0:
        return Interval()
    means = _resampled_means([ours, theirs], seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = means[0] / means[1] - 1.0
    unknown = np.isnan(gains)
    value = float(np.nanmean(ours) / np.nanmean(theirs) - 1.0)
    return _interval(value, np.where(unknown, -1.0, gains), np.where(unknown, np.inf, gains))


def spearman(first: Sequence[float], second: Sequence[float], groups: Sequence[str], seed: int = 0) -> Interval:
    """Spearman's rank correlation, its interval from resampling whole groups: the points of one test task.

    Not defined for fewer than `FEWEST_GROUPS` groups, or where one side has one value only. A resample in which one
    side has one value only may be anything.
    """
    return spearman_difference(first, None, second, groups, seed)


def spearman_difference(
    first: Sequence[float],
    other: Sequence[float] | None,
    outcome: Sequence[float],
    groups: Sequence[str],
    seed: int = 0,
) -> Interval:
    """How much better the first predictor's rank correlation with the outcome is than the other's; as `spearman`."""
    import numpy as np

    names = sorted(set(groups))
    sides = [np.asarray(side, dtype=np.float64) for side in (first, other, outcome) if side is not None]
    value = float(_measured([side[None, :] for side in sides])[0]) if len(first) else float("nan")
    if len(names) < FEWEST_GROUPS or np.isnan(value):
        return Interval()
    places = [np.flatnonzero(np.asarray(groups) == name) for name in names]
    draws: dict[int, list[NDArray[np.intp]]] = {}
    for drawn in np.random.default_rng(seed).integers(len(names), size=(RESAMPLES, len(names))):
        chosen = np.concatenate([places[one] for one in drawn])
        draws.setdefault(len(chosen), []).append(chosen)
    # Those of one length are ranked together, which is a hundred times faster.
    found = np.concatenate([_measured([side[np.stack(same)] for side in sides]) for same in draws.values()])
    unknown, most = np.isnan(found), len(sides) - 1.0
    return _interval(value, np.where(unknown, -most, found), np.where(unknown, most, found))


def _measured(sides: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Of each row of the sides (predictors, then the outcome) the first one's correlation, less the other one's."""
    found = [_rank_correlation(side, sides[-1]) for side in sides[:-1]]
    return found[0] if len(found) == 1 else found[0] - found[1]


def _rank_correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spearman's rho of each row: Pearson's correlation of the ranks, ties sharing theirs; NaN for a constant row."""
    import numpy as np
    from scipy.stats import rankdata

    ranks = [rankdata(side, axis=1) for side in (first, second)]
    centred = [side - side.mean(axis=1, keepdims=True) for side in ranks]
    spread = np.sqrt((centred[0] ** 2).mean(axis=1) * (centred[1] ** 2).mean(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        rho: NDArray[np.float64] = np.where(spread > 0.0, (centred[0] * centred[1]).mean(axis=1) / spread, np.nan)
    return rho


def _resampled_means(sides: Sequence[NDArray[np.float64]], seed: int) -> NDArray[np.float64]:
    """The mean of each side in each resample, (sides, RESAMPLES); the sides share the draws."""
    import numpy as np

    rng = np.random.default_rng(seed)
    seeds, tasks, episodes = sides[0].shape
    means = []
    for start in range(0, RESAMPLES, CHUNK):
        count = min(CHUNK, RESAMPLES - start)
        rows = rng.integers(seeds, size=(count, seeds, 1, 1))
        columns = rng.integers(tasks, size=(count, 1, tasks, 1))
        runs = rng.integers(episodes, size=(count, 1, tasks, episodes))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a resample may have drawn void episodes alone
            means.append(np.stack([np.nanmean(side[rows, columns, runs], axis=(1, 2, 3)) for side in sides]))
    return np.concatenate(means, axis=1)


def _interval(value: float, least: NDArray[np.float64], most: NDArray[np.float64] | None = None) -> Interval:
    """A value with the percentiles of its resamples, at their least and at their most; an endless end is open."""
    import numpy as np

    known = [side[~np.isnan(side)] for side in (least, least if most is None else most)]
    if not all(side.size for side in known):
        return Interval(value=round(value, 4))
    quantiles = [float(np.quantile(side, tail, method="nearest")) for side, tail in zip(known, TAILS, strict=True)]
    ends = [None if np.isinf(end) else round(end, 4) for end in quantiles]
    return Interval(value=round(value, 4), low=ends[0], high=ends[1])
