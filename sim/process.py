"""A child process with limits: a request goes in, an answer comes out, both JSON.

Used twice: for the process that runs a candidate's code (`sim/candidate_process.py`) and for the one that judges the
layouts which come out of it (`sim/judge_process.py`). The answer comes over a pipe, size-limited; what the child prints
goes nowhere; at the limit the whole process group is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

MAX_ANSWER_BYTES = 32_000_000


@dataclass(frozen=True)
class Limits:
    """What a child process may use.

    Attributes:
        wall_seconds: Wall time.
        cpu_seconds: Processor time.
        memory_bytes: Address space.
        file_bytes: Size of a file that it writes.
        open_files: Open file descriptors.
    """

    wall_seconds: float = 20.0
    cpu_seconds: int = 20
    memory_bytes: int = 2 << 30
    file_bytes: int = 16 << 20
    open_files: int = 64


@dataclass(frozen=True)
class ChildFailure:
    """A child that gave no answer: `time-limit`, `memory-limit` or `crashed`, with what is known of it."""

    code: str
    message: str


def run_child(module: str, request: dict[str, Any], limits: Limits) -> dict[str, Any] | ChildFailure:
    """Runs `python -m module` in a process of its own, with an empty environment, and returns its answer."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory(prefix="simsmith-child-") as folder:
        # -s -P: no user packages, and the working folder is not on the import path. No variable comes from outside; the
        # seed of string hashes is fixed, so that the order of a set is the same in every process.
        child = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "TMPDIR": folder},
            cwd=folder,
            close_fds=True,
            start_new_session=True,
        )
        killed = threading.Event()

        def kill() -> None:
            killed.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(limits.wall_seconds, kill)
        timer.start()
        try:
            answer = _exchange(child, json.dumps({"limits": limits.__dict__, "request": request}).encode(), kill)
        finally:
            timer.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # and whatever it left running
            child.wait()
            assert child.stdout is not None
            child.stdout.close()
        errors.seek(0)
        told = errors.read(4000).decode("utf-8", "replace").strip().splitlines()
    if len(answer) > MAX_ANSWER_BYTES:
        return ChildFailure("crashed", f"its answer is larger than {MAX_ANSWER_BYTES:,} bytes")
    if child.returncode == -signal.SIGXCPU or killed.is_set():
        return ChildFailure("time-limit", f"no answer within {limits.wall_seconds:g} s")
    try:
        return cast(dict[str, Any], json.loads(answer))
    except (ValueError, RecursionError):
        why = told[-1] if told else f"exit status {child.returncode}"
        code = "memory-limit" if "MemoryError" in why else "crashed"
        return ChildFailure(code, f"the process ended without an answer: {why[:300]}")


def _exchange(child: subprocess.Popen[bytes], request: bytes, kill: Callable[[], None]) -> bytes:
    """Writes the request and reads the answer, at most one byte more than is allowed."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(request)
        child.stdin.close()
    answer = child.stdout.read(MAX_ANSWER_BYTES + 1)
    if len(answer) > MAX_ANSWER_BYTES:
        kill()
    return answer


def serve(handle: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The child's side: takes the limits upon itself, answers one request, and ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    message = json.loads(sys.stdin.buffer.read())
    limits = Limits(**message["limits"])
    for what, value in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some; the others still hold
            # At the soft limit of processor time the child gets SIGXCPU, which tells; at the hard one it is killed.
            resource.setrlimit(what, (value, value + 1 if what == resource.RLIMIT_CPU else value))
    answer = json.dumps(handle(message["request"]), default=str).encode()
    with os.fdopen(answers, "wb") as pipe:
        pipe.write(answer)
