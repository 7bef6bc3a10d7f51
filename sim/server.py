"""The warm server: it has the simulator loaded, forks a child for each job, and never runs candidate code itself.

Started and spoken to by `sim/process.py` over a socket. Each job brings two more: over its *channel* the child is sent
a request and answers, both JSON; closing its *leash* has the child killed, and over the leash comes how it ended.
Whoever hangs up, on a leash or on the server itself, leaves no process behind.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sim.isolation import (
    Limits,
    call_filter,
    end_with_parent,
    enter_namespaces,
    limit_resources,
    missing_layers,
    number_next_child_alone,
    readable_paths,
    restrict_calls,
    restrict_files,
)

MOST_FILES = 1024
MAX_JOB_BYTES = 65_536
CHANNEL, LEASH = 3, 4  # the descriptors of a child beside the standard ones, which lead nowhere


@dataclass(frozen=True)
class Job:
    """What a child is to do: which module answers, within which limits, and where it may write (None: nowhere)."""

    module: str
    limits: Limits
    scratch: Path | None


class _Server:
    def __init__(self, control: socket.socket, modules: Sequence[str], layers: Sequence[str]) -> None:
        self.control = control
        self.answers = {name: importlib.import_module(name) for name in modules}
        for module in self.answers.values():
            if hasattr(module, "prepare"):
                module.prepare()
        self.layers = frozenset(layers)
        readable_paths()
        if "seccomp" in layers:
            call_filter()
        self.folder = Path(tempfile.gettempdir())
        self.leashes: dict[int, socket.socket] = {}
        gc.collect()
        gc.freeze()  # what is there now stays, so that children need not copy it to look at it

    def serve(self) -> None:
        """Takes jobs until the client hangs up."""
        ended, wakeup = socket.socketpair()
        ended.setblocking(False)
        wakeup.setblocking(False)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        for source in (self.control, ended):
            selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                source = cast(socket.socket, key.fileobj)
                if source is self.control:
                    message, descriptors, *_ = socket.recv_fds(self.control, MAX_JOB_BYTES, 2)
                    if not message:
                        return
                    channel, leash = (socket.socket(fileno=descriptor) for descriptor in descriptors)
                    try:
                        child = self.start(_job(json.loads(message)), channel, leash)
                        selector.register(leash, selectors.EVENT_READ, child)
                    except OSError as error:  # no more processes, or no more memory
                        _refuse(leash.fileno(), error)
                        channel.close()
                        leash.close()
                elif source is ended:
                    ended.recv(4096)
                    self.reap(selector)
                elif key.data in self.leashes:  # and was not reaped a moment ago
                    selector.unregister(source)
                    self.kill(key.data)

    def start(self, job: Job, channel: socket.socket, leash: socket.socket) -> int:
        """Forks the child of a job."""
        if "namespaces" in self.layers:
            number_next_child_alone()
        server = os.getpid()
        child = os.fork()
        if child == 0:
            try:
                end_with_parent()
                if os.getppid() in (server, 0):  # 0 from within a process table of its own, which ends with the server
                    self.run(job, channel, leash)
                os._exit(0)
            finally:
                os._exit(1)
        channel.close()
        self.leashes[child] = leash
        return child

    def run(self, job: Job, channel: socket.socket, leash: socket.socket) -> None:
        """The child's side: takes every layer upon itself, answers one request, and ends."""
        _keep(channel, leash)
        try:
            self.withdraw(job)
        except OSError as error:
            _refuse(LEASH, error)
            return
        os.close(LEASH)
        with open(CHANNEL, "rb", closefd=False) as requests:
            request = json.loads(requests.read())
        try:
            answer: dict[str, Any] = {"answer": self.answers[job.module].answer(request)}
        except BaseException as error:  # it is the client who has to know
            answer = {"raised": f"{type(error).__name__}: {error}"[:500]}
        with open(CHANNEL, "wb", closefd=False) as answers:
            answers.write(json.dumps(answer, default=str).encode())

    def withdraw(self, job: Job) -> None:
        """Takes every layer upon itself; calls of the kernel last, since the others need some."""
        os.setsid()
        os.chdir("/")
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if job.scratch is not None:
            tempfile.tempdir = str(job.scratch)
        if "landlock" in self.layers:
            # Who may write sees what the server has prepared, too.
            restrict_files((*readable_paths(), self.folder) if job.scratch else readable_paths(), job.scratch)
        limit_resources(job.limits)
        if "seccomp" in self.layers:
            restrict_calls()

    def kill(self, child: int) -> None:
        """Ends a child and its process group."""
        for end in (os.kill, os.killpg):
            with suppress(ProcessLookupError, PermissionError):
                end(child, signal.SIGKILL)

    def reap(self, selector: selectors.BaseSelector) -> None:
        """Tells of every child that has ended how it ended and how much processor time it took."""
        while self.leashes and (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
            self.kill(ended.si_pid)  # what else is in its group, while nothing else can have its number
            child, status, usage = os.wait4(ended.si_pid, 0)
            leash = self.leashes.pop(child, None)
            if leash is None:
                continue  # an orphan that came to the first process of a process table
            with suppress(KeyError):
                selector.unregister(leash)
            told = {"exit": os.waitstatus_to_exitcode(status), "cpu_seconds": usage.ru_utime + usage.ru_stime}
            with suppress(OSError):  # the client may have hung up
                leash.sendall(json.dumps(told).encode() + b"\n")
            leash.close()

    def end(self) -> None:
        """Ends every child."""
        for child in self.leashes:
            self.kill(child)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _refuse(leash: int, error: OSError) -> None:
    """Tells the client that nothing was run, and why."""
    os.write(leash, json.dumps({"refused": str(error)}).encode() + b"\n")


def _keep(channel: socket.socket, leash: socket.socket) -> None:
    """Closes every descriptor but these two, which become `CHANNEL` and `LEASH`; the standard ones lead nowhere."""
    aside = [fcntl.fcntl(end, fcntl.F_DUPFD, LEASH + 1) for end in (channel, leash)]
    for descriptor, end in zip((CHANNEL, LEASH), aside, strict=True):
        os.dup2(end, descriptor)
    os.closerange(LEASH + 1, os.sysconf("SC_OPEN_MAX"))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(CHANNEL):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _job(message: dict[str, Any]) -> Job:
    scratch = message["scratch"]
    return Job(message["module"], Limits(**message["limits"]), Path(scratch) if scratch else None)


def main() -> None:
    """Serves the client at the other end of the socket whose descriptor is the first argument."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # Children close every descriptor that they may have, which takes long where there may be a thousand million.
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    settings = json.loads(control.recv(MAX_JOB_BYTES))
    sys.path[:0] = settings["folders"]
    missing = missing_layers(settings["layers"])
    layers = [name for name in settings["layers"] if name not in missing]
    if "namespaces" in layers:
        enter_namespaces()
    server = _Server(control, settings["modules"], layers)
    control.sendall(json.dumps({"layers": layers, "missing": missing}).encode())
    try:
        server.serve()
    finally:
        server.end()
        shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)


if __name__ == "__main__":
    main()
