"""What a session's state keeps of rejections."""

from __future__ import annotations

from typing import Any

from agent.rejections import MOST, rejecting, rejections


def test_all_are_counted_and_only_the_last_ones_are_kept():
    state: dict[str, Any] = {"rejected": []}
    for number in range(1, 200):
        item = {"round": number, "name": "a", "reason": "not-novel" if number % 2 else "declined", "detail": ""}
        state |= rejecting(state, [item | {"tried": {"long": "story"}}])
    assert rejections(state) == {"not-novel": 100, "declined": 99}
    assert [item["round"] for item in state["rejected"]] == list(range(200 - MOST, 200))
    assert set(state["rejected"][0]) == {"round", "name", "reason", "detail"}


def test_a_state_in_which_they_were_not_counted_yet_goes_on():
    state = {"rejected": [{"round": 1, "name": "a", "reason": "declined", "detail": ""}]}
    again = rejecting(state, [{"round": 2, "name": "b", "reason": "declined", "detail": ""}])
    assert rejections(state | again) == {"declined": 2}
