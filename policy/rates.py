"""Success rates and means with intervals: what so many episodes say, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

from sim.layout import Frozen

CONFIDENCE = 0.95
RESAMPLES = 2000
BATCH = 100  # of them that are in memory together


class Rate(Frozen):
    """A success rate.

    Attributes:
        successes: Episodes that succeeded.
        episodes: Episodes that were run.
        rate: Their quotient; 0 for no episodes.
        wilson: The 95 % Wilson score interval (Wilson 1927); (0, 1) for no episodes.
    """

    successes: int = 0
    episodes: int = 0
    rate: float = 0.0
    wilson: tuple[float, float] = (0.0, 1.0)

    @staticmethod
    def of(successes: int, episodes: int) -> Rate:
        """The rate of so many successes in so many episodes."""
        from scipy.stats import binomtest

        if episodes == 0:
            return Rate()
        interval = binomtest(successes, episodes).proportion_ci(CONFIDENCE, method="wilson")
        return Rate(
            successes=successes,
            episodes=episodes,
            rate=round(successes / episodes, 4),
            wilson=(round(float(interval.low), 4), round(float(interval.high), 4)),
        )

    @staticmethod
    def pooled(rates: Iterable[Rate]) -> Rate:
        """All their episodes taken together."""
        found = list(rates)
        return Rate.of(sum(rate.successes for rate in found), sum(rate.episodes for rate in found))

    def words(self) -> str:
        """The rate in per cent, with its interval: `85 % (72-93)`."""
        if self.episodes == 0:
            return "-"
        low, high = (round(100 * end) for end in self.wilson)
        return f"{100 * self.rate:.0f} % ({low}-{high})"


class Mean(Frozen):
    """A mean of values from 0 to 1, such as rewards.

    Attributes:
        mean: The mean; 0 for no values.
        count: How many values.
        interval: Its 95 % bootstrap interval (percentiles; Efron 1979). Values that are all the same have no other
            resamples: theirs reaches from the Wilson interval of the next lower rate to that of the next higher one,
            as nothing from 0 to 1 with that mean varies more. Nearly the same ones still have too narrow an interval.
            (0, 1) for no values.
    """

    mean: float = 0.0
    count: int = 0
    interval: tuple[float, float] = (0.0, 1.0)

    @staticmethod
    def of(values: Sequence[float], seed: int = 0) -> Mean:
        """The mean of values.

        Args:
            values: The values.
            seed: Seed of the resampling: the same values always have the same interval.
        """
        import numpy as np
        from scipy.stats import bootstrap

        if not len(values):
            return Mean()
        known = np.asarray(values, dtype=np.float64)
        if known.min() == known.max():
            total = round(float(known.sum()), 6)
            low, high = Rate.of(floor(total), len(known)).wilson[0], Rate.of(ceil(total), len(known)).wilson[1]
        else:
            low, high = bootstrap(
                (known,),
                np.mean,
                n_resamples=RESAMPLES,
                batch=BATCH,
                confidence_level=CONFIDENCE,
                method="percentile",
                rng=np.random.default_rng(seed),
            ).confidence_interval
        return Mean(
            mean=round(float(known.mean()), 4),
            count=len(known),
            interval=(round(float(low), 4), round(float(high), 4)),
        )

    def words(self) -> str:
        """The mean with its interval: `0.85 (0.72-0.93)`."""
        if self.count == 0:
            return "-"
        return f"{self.mean:.2f} ({self.interval[0]:.2f}-{self.interval[1]:.2f})"
