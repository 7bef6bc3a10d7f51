"""A session that is killed again and again ends with the library of one that was left alone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from agent_workshop import EXPLORED_BY_TWO, kinds, library_of, opened, programs

from agent.session import Settings
from memory import Event, EventLog, session_ids

KILLS = 5


def command(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", "from app.main import main; main()", *arguments, "--json", "--home", str(home)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SIMSMITH_", "OPENAI_"))}
    return subprocess.Popen(
        program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def logged(home: Path) -> list[Event]:
    """The events of the home's only session."""
    return [event for name in session_ids(home) for event in EventLog.of_session(home, name).read()]


def run_and_kill(home: Path, events: int, delay: float, *arguments: str) -> bool:
    """Kills the command a moment after the log has this many events; whether it came to that."""
    with command(home, *arguments) as child:
        while child.poll() is None and len(logged(home)) < events:
            time.sleep(0.02)
        time.sleep(delay)
        was_running = child.poll() is None
        if was_running:
            os.killpg(child.pid, signal.SIGKILL)
    return was_running


def test_five_kills_at_random_moments_change_nothing(home, explored_by_two, minilm):
    chance = random.Random(20261123)
    start = ["explore", "--rounds", str(EXPLORED_BY_TWO.rounds), "--seed", str(EXPLORED_BY_TWO.seed), "--workers", "2"]
    killed = run_and_kill(home, chance.randint(2, 6), chance.random(), *start)
    (name,) = session_ids(home)
    for _ in range(KILLS - 1):
        more = len(logged(home)) + chance.randint(2, 6)
        killed += run_and_kill(home, more, chance.random(), "sessions", "resume", name)
    assert killed == KILLS

    before = logged(home)
    with opened(home, Settings.noted(before[0].data), name, minilm) as session:
        list(session.run())
    assert logged(home)[: len(before)] == before
    assert kinds(logged(home)).count("session-finished") == 1
    library = library_of(home, minilm)
    assert programs(library) == programs(library_of(explored_by_two, minilm))
    assert library.check() == []
