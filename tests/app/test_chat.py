"""The conversation, through a pipe and through a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time

from memory import TaskLibrary

GOAL = "line up three red cylinders"


def test_a_goal_is_proposed_shown_and_kept_after_a_yes(simsmith) -> None:
    ran = simsmith("chat", stdin=f"{GOAL}\nperhaps\nyes\nsimilar red cylinders in a line\nquit\n")
    assert ran.code == 0
    assert "line up the three red cylinders on the green line" in ran.out
    assert "after.png" in ran.out
    assert "please say yes or no" in ran.out
    assert "kept as line-up-three-cylinders-on-line" in ran.out
    assert ran.out.rindex("nearest to") < ran.out.rindex("line-up-three-cylinders-on-line")
    assert "line-up-three-cylinders-on-line" in TaskLibrary(simsmith.home).names()


def test_nothing_is_kept_after_a_no_or_when_the_input_ends(simsmith) -> None:
    before = TaskLibrary(simsmith.home).names()
    assert "not kept" in simsmith("chat", stdin=f"{GOAL}\nno\n").out
    assert simsmith("chat", stdin=f"{GOAL}\n").code == 0
    assert TaskLibrary(simsmith.home).names() == before


def test_what_cannot_be_done_is_said_and_the_conversation_goes_on(simsmith) -> None:
    ran = simsmith("chat", stdin="fold the shirt\nhelp\n/quit\n")
    assert ran.code == 0
    assert "cannot express 'fold the shirt'" in ran.out
    assert ran.out.count("quit") >= 2


def test_the_conversation_works_on_a_terminal(simsmith) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(simsmith.path), "chat"], stdin=theirs, stdout=theirs, stderr=theirs, env=simsmith.surroundings
    )
    os.close(theirs)
    seen = _until(ours, "you> ", "")
    os.write(ours, f"{GOAL}\n".encode())
    seen = _until(ours, "keep it? (yes or no)", seen)
    os.write(ours, b"yes\n")
    seen = _until(ours, "as line-up-three-cylinders-on-line", seen)
    os.write(ours, b"\x04")
    assert process.wait(timeout=30) == 0
    assert "Traceback" not in seen


def _until(terminal: int, words: str, seen: str) -> str:
    """Reads the terminal until it shows these words."""
    start, deadline = len(seen), time.monotonic() + 120
    while words not in seen[start:]:
        assert time.monotonic() < deadline, seen[-2000:]
        if select.select([terminal], [], [], 1.0)[0]:
            seen += os.read(terminal, 65536).decode("utf-8", "replace")
    return seen


def test_a_session_that_waits_for_an_answer_is_asked_again_when_it_is_resumed(simsmith) -> None:
    process = simsmith.start("chat", stdin=True)
    process.stdin.write(f"{GOAL}\n")
    process.stdin.flush()
    logs = simsmith.home / "sessions"
    deadline = time.monotonic() + 120
    while not any('"approval-needed"' in log.read_text() for log in logs.glob("*/events.jsonl")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.kill()
    process.communicate()
    session = simsmith("sessions", "list", "--json").document["sessions"][0]
    assert session["state"] == "waits for an answer"
    assert simsmith("sessions", "resume", session["session"], stdin="yes\n").code == 0
    assert "line-up-three-cylinders-on-line" in TaskLibrary(simsmith.home).names()
