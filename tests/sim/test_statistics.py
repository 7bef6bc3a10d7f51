"""What so many passes of so many runs prove."""

from __future__ import annotations

import pytest

from sim.statistics import needed, wilson_low


@pytest.mark.parametrize(
    ("passed", "run", "low"),
    [(10, 10, 0.7225), (9, 10, 0.5958), (8, 10, 0.4902), (6, 8, 0.4093), (0, 10, 0.0), (0, 0, 0.0)],
)
def test_wilson_interval(passed: int, run: int, low: float) -> None:
    assert wilson_low(passed, run) == pytest.approx(low, abs=1e-4)


def test_needed_seeds() -> None:
    assert needed(10) == 9
    assert needed(20) == 15
    assert needed(4) == 4
    assert needed(3) == 4  # three of three prove nothing
    for seeds in range(4, 60):
        assert wilson_low(needed(seeds), seeds) > 0.5 >= wilson_low(needed(seeds) - 1, seeds)
