"""The policy benchmark, at a size at which its rates mean nothing: what it prints has what is promised of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.policy import POLICIES, Setup, measure
from policy.config import preset

SETUP = Setup(("put-block-in-bowl", "align-box-corner"), preset("smoke", steps=2), (1, 2), 2)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("benchmark")
    return measure(SETUP, folder)


def test_the_summary_has_the_promised_keys(measured: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
    _, summary = measured
    assert set(summary["success"]) == set(POLICIES)
    for rate in summary["success"].values():
        assert rate["episodes"] == 4
        assert set(rate["by_demonstrations"]) == {"1", "2"}
    assert 1_000 < summary["bytes_per_step"] < 60_000
    assert set(summary["bytes_per_step_by_task"]) == set(SETUP.tasks)
    assert summary["samples_per_s"] > 0
    assert summary["eval_episodes_per_s"] > 0


def test_there_is_a_row_for_each_policy_and_number_of_demonstrations(
    measured: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    rows, _ = measured
    assert [(row["demonstrations"], row["policy"]) for row in rows] == [(n, name) for n in (1, 2) for name in POLICIES]
    assert len({tuple(row) for row in rows}) == 1
