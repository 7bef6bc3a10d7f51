"""Runs the attack corpus against a warm server and prints what came of it, as JSON; `test_attacks.py` reads that.

    python tests/sim/run_attacks.py [--layers landlock,seccomp] [--regardless] [ATTACK ...]

Each attack (`attacks/*.py`) is a candidate. It is run *verified*, as any candidate, and *naked*: without the screen and
with all builtins, so that the kernel alone is in its way. What it is after is planted here and looked at afterwards: a
secret in the home folder and in this process' environment, a folder, sockets, a process. Naked it is run only where
one of the layers is active that have to stop it, as its docstring says.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from scenes import HONEST

import sim
from sim.isolation import KERNEL_LAYERS, Limits
from sim.process import MODULES, WarmServer
from sim.sandbox import Sandbox
from sim.verdict import CONTROL, Verdict
from sim.verification import verify

HERE = Path(__file__).resolve().parent
PACKAGE = Path(sim.__file__).parent
SECRET = "SIMSMITH_SECRET"
# Where attacks may try to make files, besides the folders that are planted.
OPEN_FOLDERS = ("/", "/tmp", "/var/tmp", "/dev/shm", Path.home(), PACKAGE, PACKAGE / "__pycache__",
                PACKAGE / "assets/block", Path(np.__file__).parent, Path.cwd())  # fmt: skip
PATIENCE = Limits(wall_seconds=10.0)
NO_PATIENCE = Limits(wall_seconds=1.0)  # for attacks that only their time stops


@dataclass(frozen=True)
class Attack:
    """A candidate that is after something, and the layers each of which has to stop it."""

    name: str
    source: str
    layers: frozenset[str]

    @property
    def limits(self) -> Limits:
        return NO_PATIENCE if self.layers == {"process"} else PATIENCE


def corpus() -> list[Attack]:
    """All attacks, by name."""
    attacks = []
    for path in sorted((HERE / "attacks").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        (told,) = re.findall(r"Stopped by: ([\w, ]+)\.", source)
        attacks.append(Attack(path.stem, source, frozenset(told.split(", "))))
    return attacks


@dataclass
class Canaries:
    """What attacks are after, and whether it is as it was."""

    secret: str = field(default_factory=lambda: os.environ[SECRET])
    token: str = field(default_factory=lambda: f"simsmith-token-{secrets.token_hex(8)}")
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix=".simsmith-attacks-", dir=_home())))
    outside: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="simsmith-attacks-")))

    @property
    def folders(self) -> tuple[Path, Path]:
        return self.home, self.outside

    def __post_init__(self) -> None:
        (self.home / "secret").write_text(self.secret)
        self.inherited = os.open(self.home / "secret", os.O_RDONLY)
        os.set_inheritable(self.inherited, True)
        kinds = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "stream": (socket.AF_UNIX, socket.SOCK_STREAM, str(self.outside / "stream")),
            "datagram": (socket.AF_UNIX, socket.SOCK_DGRAM, str(self.outside / "datagram")),
        }
        if sys.platform == "linux":
            kinds["abstract"] = (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.token}")
        self.sockets = {name: _listening(*kind) for name, kind in kinds.items()}
        self.victim = subprocess.Popen(["sleep", "1000"])
        self._plant()
        self.processes: set[int] = set()

    def planted(self, source: str) -> str:
        """The source with what it is after in the place of the markers."""
        markers = {
            "SECRET_FILE": self.home / "secret",
            "OUTSIDE_FOLDER": self.outside,
            "CANARY_FILE": self.outside / "canary",
            "PROJECT_FILE": PACKAGE.parent / "pyproject.toml",
            "UNIX_STREAM": self.outside / "stream",
            "UNIX_DATAGRAM": self.outside / "datagram",
            "TCP_PORT": self.sockets["tcp"].getsockname()[1],
            "UDP_PORT": self.sockets["udp"].getsockname()[1],
            "PARENT": os.getpid(),
            "VICTIM": self.victim.pid,
            "TOKEN": self.token,
        }
        return re.sub(rf"\b({'|'.join(markers)})\b", lambda found: str(markers[found.group()]), source)

    def effects(self) -> list[str]:
        """What attacks have done since the last look; it is made undone."""
        found = [f"connection by {name}" for name, listener in self.sockets.items() if _arrived(listener)]
        if self.victim.poll() is not None:
            found.append("the victim is dead")
            self.victim = subprocess.Popen(["sleep", "1000"])
        if (files := self._files()) != self.files:
            found.append(f"changed files: {set(files.items()) ^ set(self.files.items())}"[:500])
            self._plant()
        for folder in (*map(Path, OPEN_FOLDERS), *self.folders):
            if os.path.lexists(made := folder / self.token):
                found.append(f"new file in {folder}")
                made.rmdir() if made.is_dir() and not made.is_symlink() else made.unlink()
                self._plant()
        return found + self._strangers()

    def _plant(self) -> None:
        canary = self.outside / "canary"
        canary.unlink(missing_ok=True)
        canary.write_text("alive")
        self.files = self._files()

    def _files(self) -> dict[str, tuple[Any, ...]]:
        paths = [path for folder in self.folders for path in (folder, *folder.rglob("*"))]
        told = {path: path.lstat() for path in paths}
        texts = {path.name: path.read_text() for path in paths if path.is_file()}
        return {
            str(path): (stat.st_mode, stat.st_uid, stat.st_mtime_ns, stat.st_nlink, texts.get(path.name))
            for path, stat in told.items()
        }

    def _strangers(self) -> list[str]:
        """Processes below this one that were not there before, ended; and those that are not there any more."""
        known = self.processes | {self.victim.pid}
        deadline = time.monotonic() + 2.0
        while (now := descendants()) - known and time.monotonic() < deadline:
            time.sleep(0.01)  # it may be on its way out
        for process in now - known:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        lost = self.processes - now
        self.processes = descendants() - {self.victim.pid} if lost or now - known else self.processes
        return [f"{len(now - known)} processes left"] * bool(now - known) + ["the server is dead"] * bool(lost)

    def close(self) -> None:
        """Takes everything away."""
        self.victim.kill()
        self.victim.wait()
        os.close(self.inherited)
        for listener in self.sockets.values():
            listener.close()
        shutil.rmtree(self.home)
        shutil.rmtree(self.outside)


def _home() -> Path | None:
    """The user's home, if it can be written to: some users have none."""
    return Path.home() if os.access(Path.home(), os.W_OK) else None


def _listening(family: int, kind: int, address: Any) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener


def _arrived(listener: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        if listener.type == socket.SOCK_STREAM:
            listener.accept()[0].close()
        else:
            listener.recv(100)
        return True
    return False


def descendants(process: int | None = None) -> set[int]:
    """The processes below one, by default this one."""
    found = set()
    for tasks in Path(f"/proc/{process or os.getpid()}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, tasks.read_text().split()):
                found |= {child} | descendants(child)
    return found


class Naked:
    """A server whose candidates have all builtins."""

    def __init__(self, server: WarmServer) -> None:
        self.server = server
        self.isolation = server.isolation

    def run(self, module: str, request: dict[str, Any], limits: Limits) -> Any:
        return self.server.run("naked" if module == "sim.candidate_process" else module, request, limits)


@dataclass(frozen=True)
class SandboxOf(Sandbox):
    """A sandbox of a server of its own."""

    own: Any = None

    @property
    def server(self) -> Any:
        return self.own


def run(attack: Attack, source: str, server: Any, screened: bool) -> dict[str, Any]:
    """What came of an attack."""
    start = time.perf_counter()
    with contextlib.ExitStack() as stack:
        if not screened:
            server = Naked(server)
            stack.enter_context(mock.patch("sim.verification.screen", return_value=[]))
        try:
            verdict = verify(source, seeds=4, sandbox=SandboxOf(limits=attack.limits, own=server))
            written = verdict.model_dump_json()
            assert Verdict.model_validate_json(written) == verdict
        except Exception as error:  # noqa: BLE001  # an attack that breaks us is a finding, and the others go on
            return {"broken": f"{type(error).__name__}: {error}"[:500], "seconds": time.perf_counter() - start}
    shown = [*verdict.instructions, *(item.message + item.source + item.hint for item in verdict.diagnostics)]
    return {
        "accepted": verdict.accepted,
        "stage": verdict.stage,
        "codes": [item.code for item in verdict.diagnostics][:5],
        "message": verdict.diagnostics[0].message if verdict.diagnostics else "",
        "escaped": os.environ[SECRET] in written or any("ESCAPED" in item.message for item in verdict.diagnostics),
        "obeyed": [text for text in shown if CONTROL.search(text)],
        "bytes": len(written),
        "seconds": round(time.perf_counter() - start, 3),
    }


def run_all(layers: tuple[str, ...], names: list[str], regardless: bool) -> dict[str, Any]:
    """Runs each attack, then an honest candidate, with the same server."""
    canaries = Canaries()
    server = WarmServer((*MODULES, "naked"), layers, [HERE])
    try:
        before = _open_files()
        server.start()
        canaries.processes = descendants() - {canaries.victim.pid}
        results = dict(_results(canaries, server, names, regardless))
        honest = verify(HONEST, seeds=4, sandbox=SandboxOf(own=server))
        isolation = server.isolation
        server.close()
        left = [f"{len(_open_files() - before)} open files"] * (_open_files() != before)
        left += [f"{process} runs" for process in descendants() - {canaries.victim.pid}]
        left += [str(path) for path in Path(tempfile.gettempdir()).iterdir() if path not in canaries.folders]
    finally:
        server.close()
        canaries.close()
    # The peak of this program; that of `getrusage` is also that of the process which started it.
    memory = int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0])
    return {
        "user": os.getuid(),
        "isolation": isolation,
        "attacks": results,
        "honest": honest.accepted,
        "left": left,
        "memory_kilobytes": memory,
    }


def _open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def _results(
    canaries: Canaries, server: WarmServer, names: list[str], regardless: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    for attack in corpus():
        if names and attack.name not in names:
            continue
        source = canaries.planted(attack.source)
        result: dict[str, Any] = {"verified": run(attack, source, server, screened=True)}
        if regardless or attack.layers & set(server.isolation):
            for _ in range(1 + attack.name.startswith("poison")):  # what the first left, the second finds
                result["naked"] = run(attack, source, server, screened=False)
        yield attack.name, result | {"layers": sorted(attack.layers), "effects": canaries.effects()}


def main() -> None:
    """Reads the command line; the secret has to be in the environment from the start, as a key would be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", default=",".join(KERNEL_LAYERS))
    parser.add_argument("--regardless", action="store_true", help="run naked what no active layer has to stop, too")
    parser.add_argument("attacks", nargs="*")
    arguments = parser.parse_args()
    if SECRET not in os.environ:
        os.environ[SECRET] = f"simsmith-secret-{secrets.token_hex(16)}"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    tempfile.tempdir = tempfile.mkdtemp(prefix="simsmith-attacks-")
    layers = tuple(filter(None, arguments.layers.split(",")))
    try:
        result = run_all(layers, arguments.attacks, arguments.regardless)
        sys.stdout.write(json.dumps(result, indent=1) + "\n")
    finally:  # by a program that goes as deep as an attack may have gone
        subprocess.run(["rm", "-rf", tempfile.tempdir], check=True)


if __name__ == "__main__":
    main()
