"""The session log."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory import Event, EventLog, LibraryDamaged, session_ids
from sim.errors import EnvironmentBroken, UsageError


def event(number: int) -> Event:
    return Event(kind="proposed", session="s-1", round=number, data={"title": "Füße\nand\u2028lines", "n": [1, None]})


def test_events_come_back_in_order(tmp_path: Path) -> None:
    log = EventLog.of_session(tmp_path, "s-1")
    assert log.read() == []
    assert session_ids(tmp_path) == []
    for number in range(3):
        log.append(event(number))
    assert [item.round for item in log.read()] == [0, 1, 2]
    assert log.read()[1].data == event(1).data
    assert session_ids(tmp_path) == ["s-1"]
    assert log.path == tmp_path / "sessions" / "s-1" / "events.jsonl"


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_last_line_is_passed_over_and_cut_off(tmp_path: Path, kept: int) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append(event(1))
    log.append(event(2))
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(lines[0] + lines[1][:kept])
    assert [item.round for item in log.read()] == [1]
    log.append(event(3))
    assert [item.round for item in log.read()] == [1, 3]


def test_a_damaged_line_inside_is_named(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append(event(1))
    log.path.write_bytes(b"{}\n" + log.path.read_bytes())
    with pytest.raises(LibraryDamaged, match=r"line 1 of .*is not an event"):
        log.read()


def test_a_log_that_cannot_be_written_or_named_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentBroken, match="SIMSMITH_HOME"):
        EventLog(Path("/proc/simsmith/events.jsonl")).append(event(1))
    with pytest.raises(UsageError, match="not a session id"):
        EventLog.of_session(tmp_path, "../elsewhere")
