"""Child processes with limits, forked from a warm server: a request goes in, an answer comes out, both JSON.

Used twice: for the process that runs a candidate's code (`sim/candidate_process.py`) and for the one that judges the
layouts which come out of it (`sim/judge_process.py`). The server (`sim/server.py`) is started at the first request.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sim.errors import EnvironmentBroken
from sim.isolation import KERNEL_LAYERS, LAYERS, Limits

MODULES = ("sim.candidate_process", "sim.judge_process")
CHUNK_BYTES = 1 << 20
SECONDS_TO_END = 5.0
TRIES = 2  # a server that dies is replaced; a child that it dies of is not tried for ever
KILLED = (-signal.SIGKILL, -signal.SIGXCPU)


@dataclass(frozen=True)
class ChildFailure:
    """A child that gave no answer: `time-limit`, `memory-limit` or `crashed`, with what is known of it."""

    code: str
    message: str


@dataclass(frozen=True)
class _Running:
    """A server that runs: its process, the socket on which it takes jobs, its folder, and what it told of itself."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    folder: Path
    layers: tuple[str, ...]
    missing: dict[str, str]

    def end(self, owner: int) -> None:
        """Hangs up, so that the server ends and takes its children along; only in the process that started it."""
        if os.getpid() != owner:
            return
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)  # closing is not enough where a fork of this process has it, too
        self.control.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(RecursionError):  # where no layer keeps candidates from writing, it may be very deep
            shutil.rmtree(self.folder, ignore_errors=True)


class WarmServer:
    """A process that has modules loaded and forks a child for each request; threads may share it.

    It has an empty environment and is started anew when it has died.

    Args:
        modules: The modules that answer requests, by a function `answer(request: dict) -> dict`.
        layers: The kernel layers to use where the system has them (`sim/isolation.py`).
        folders: Where else to look for the modules.
    """

    def __init__(
        self, modules: Sequence[str] = MODULES, layers: Sequence[str] = KERNEL_LAYERS, folders: Sequence[Path] = ()
    ) -> None:
        self._settings = {"modules": list(modules), "layers": list(layers), "folders": [str(item) for item in folders]}
        self._lock = threading.Lock()
        self._server: _Running | None = None
        self._end: Any = None
        self._jobs = itertools.count()
        os.register_at_fork(after_in_child=functools.partial(_forget, weakref.ref(self)))

    def start(self) -> None:
        """Starts the server if it does not run."""
        with self._lock:
            self._running()

    @property
    def isolation(self) -> tuple[str, ...]:
        """The layers of isolation that each child is under."""
        with self._lock:
            active = self._running().layers
        return tuple(layer for layer in LAYERS if layer in active or layer not in KERNEL_LAYERS)

    @property
    def missing(self) -> dict[str, str]:
        """The kernel layers that were wanted and are not there, with the reason."""
        with self._lock:
            return self._running().missing

    def close(self) -> None:
        """Ends the server and every child; the next request starts another."""
        with self._lock:
            self._end_it()

    def let_go(self) -> None:
        """Forgets a server that belongs to the process that this one was forked from."""
        self._lock = threading.Lock()  # whoever held it is not here
        if self._server is not None:
            self._server.control.close()
        self._server = self._end = None

    def run(self, module: str, request: dict[str, Any], limits: Limits) -> dict[str, Any] | ChildFailure:
        """Has a child of its own answer a request.

        Args:
            module: One of the server's modules.
            request: JSON-serialisable.
            limits: What the child may use; its wall time includes the way there and back.

        Raises:
            EnvironmentBroken: The server cannot be started.
        """
        for _ in range(TRIES):
            with self._lock:
                server = self._running()
            answer, ended = self._try(server, module, json.dumps(request).encode(), limits)
            if ended:
                return _read(answer, ended, limits)
            with self._lock:
                if self._server is server:
                    self._end_it()
        return ChildFailure("crashed", "no answer: the process that children are forked from dies of it")

    def _try(
        self, server: _Running, module: str, request: bytes, limits: Limits
    ) -> tuple[bytes | None, dict[str, Any]]:
        """The answer of a child, and how it ended; nothing of that if the server died meanwhile."""
        deadline = time.monotonic() + limits.wall_seconds
        with contextlib.ExitStack() as stack:
            channel, far_channel = (stack.enter_context(end) for end in socket.socketpair())
            leash, far_leash = (stack.enter_context(end) for end in socket.socketpair())
            scratch = None
            if limits.file_bytes:
                scratch = server.folder / f"job-{next(self._jobs)}"
                try:
                    scratch.mkdir()
                except FileNotFoundError:  # another thread has just found out that the server is dead
                    return None, {}
                stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            job = {"module": module, "limits": asdict(limits), "scratch": scratch and str(scratch)}
            ends = [far_channel.fileno(), far_leash.fileno()]
            with self._lock, contextlib.suppress(OSError):  # it has just died: nothing will come over the leash
                socket.send_fds(server.control, [json.dumps(job).encode()], ends)
            far_channel.close()
            far_leash.close()
            return _exchange(channel, request, deadline, limits.answer_bytes), _ended(leash)

    def _running(self) -> _Running:
        """The server, started if need be; the lock is held."""
        if self._server is not None and self._server.process.poll() is not None:
            self._end_it()
        if self._server is None:
            self._server = _start(self._settings)
            self._end = weakref.finalize(self, self._server.end, os.getpid())
        return self._server

    def _end_it(self) -> None:
        """Ends the server, if there is one; the lock is held."""
        if self._end is not None:
            self._end()
        self._server = self._end = None


def _forget(reference: weakref.ref[WarmServer]) -> None:
    """Lets go of the server in a fork of its process, which starts one of its own when it needs one."""
    server = reference()
    if server is not None:
        server.let_go()


@functools.cache
def _server_of(process: int, layers: tuple[str, ...]) -> WarmServer:
    return WarmServer(layers=layers)


def warm_server(layers: Sequence[str] = KERNEL_LAYERS) -> WarmServer:
    """This process' server for candidates and judges, with these kernel layers."""
    return _server_of(os.getpid(), tuple(layers))


def _start(settings: dict[str, Any]) -> _Running:
    """Starts a server and waits until it is ready."""
    folder = Path(tempfile.mkdtemp(prefix="simsmith-sandbox-")).resolve()
    control, far = socket.socketpair()
    with tempfile.TemporaryFile() as errors, far:
        # -s -P: no user packages, and the working folder is not on the import path. No variable comes from outside; the
        # seed of string hashes is fixed, so that the order of a set is the same in every process.
        process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "sim.server", str(far.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "TMPDIR": str(folder)},
            cwd=folder,
            pass_fds=[far.fileno()],
            start_new_session=True,
        )
        far.close()
        try:
            control.sendall(json.dumps(settings).encode())
            hello = json.loads(control.recv(CHUNK_BYTES))
        except (OSError, ValueError):
            control.close()
            status = process.wait()
            shutil.rmtree(folder, ignore_errors=True)
            errors.seek(0)
            told = errors.read().decode("utf-8", "replace").strip().splitlines()
            why = told[-1] if told else f"it ends with status {status}"
            raise EnvironmentBroken(f"the sandbox does not start: {why}", "see simsmith doctor") from None
    return _Running(process, control, folder, tuple(hello["layers"]), hello["missing"])


def _exchange(channel: socket.socket, request: bytes, deadline: float, most: int) -> bytes | None:
    """Sends the request and reads the answer, at most one chunk more than is allowed; None: not in time."""
    answer = bytearray()
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it ended before it had read all
            channel.settimeout(max(0.001, deadline - time.monotonic()))
            channel.sendall(request)
            channel.shutdown(socket.SHUT_WR)
        while len(answer) <= most:
            channel.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = channel.recv(CHUNK_BYTES)
            if not chunk:
                break
            answer += chunk
    except TimeoutError:
        return None
    except ConnectionResetError:
        pass
    return bytes(answer)


def _ended(leash: socket.socket) -> dict[str, Any]:
    """Has the child killed if it is still there, and returns how it ended; nothing if the server has died.

    Raises:
        EnvironmentBroken: Nothing was run: there was no process for it, or it could not take on a layer.
    """
    lines: list[bytes] = []
    with contextlib.suppress(OSError):
        leash.shutdown(socket.SHUT_WR)
        with leash.makefile("rb") as told:
            lines = told.readlines()
    ended: dict[str, Any] = {}
    for line in lines:
        ended |= json.loads(line)
    if "refused" in ended:
        raise EnvironmentBroken(f"the sandbox cannot be entered: {ended['refused']}", "see simsmith doctor")
    return ended


def _read(answer: bytes | None, ended: dict[str, Any], limits: Limits) -> dict[str, Any] | ChildFailure:
    if answer is None:
        return ChildFailure("time-limit", f"no answer within {limits.wall_seconds:g} s")
    if len(answer) > limits.answer_bytes:
        return ChildFailure("crashed", f"its answer is larger than {limits.answer_bytes:,} bytes")
    try:
        told = json.loads(answer)
        if isinstance(told, dict) and isinstance(told.get("answer"), dict):
            return cast(dict[str, Any], told["answer"])
        why = f"it raised {str(told['raised'])[:300]}"
    except (ValueError, RecursionError, LookupError, TypeError):
        if ended.get("exit") in KILLED and ended["cpu_seconds"] > limits.cpu_seconds - 1:
            return ChildFailure("time-limit", f"no answer within {limits.cpu_seconds:g} s of processor time")
        why = _end_in_words(ended)
    return ChildFailure("memory-limit" if "MemoryError" in why else "crashed", f"no answer: {why}")


def _end_in_words(ended: dict[str, Any]) -> str:
    if ended["exit"] < 0:
        names = {item.value: item.name for item in signal.Signals}  # some signals have none
        return f"the process was ended by {names.get(-ended['exit'], 'a signal')}"
    return f"the process ended with exit status {ended['exit']}"
