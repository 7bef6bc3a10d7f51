"""What so many passes of so many runs prove."""

from __future__ import annotations

import math

ACCEPTED_ABOVE = 0.5  # the lower end of the 95 % Wilson interval
Z = 1.959963984540054  # of the normal distribution, two-sided 95 %


def wilson_low(passed: int, run: int) -> float:
    """Lower end of the 95 % Wilson score interval of a rate (Wilson 1927); 0 for no runs."""
    if run == 0:
        return 0.0
    rate = passed / run
    spread = Z * math.sqrt(rate * (1 - rate) / run + Z * Z / (4 * run * run))
    return max(0.0, (rate + Z * Z / (2 * run) - spread) / (1 + Z * Z / run))


def needed(seeds: int) -> int:
    """How many of `seeds` have to pass: 9 of 10; more than there are when these are too few to prove anything."""
    return next((passed for passed in range(seeds + 1) if wilson_low(passed, seeds) > ACCEPTED_ABOVE), seeds + 1)
