"""The warm server: its layers, its limits, and that it survives and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from scenes import HONEST, program

from sim.errors import EnvironmentBroken
from sim.isolation import CORE, KERNEL_LAYERS, LAYERS, Limits, missing_layers
from sim.process import ChildFailure, WarmServer
from sim.sandbox import Sandbox
from sim.verification import verify

FEW = ("sim.candidate_process",)
REQUEST = {"source": HONEST, "task_class": "Candidate", "seeds": [0], "rules": "strict"}
SLEEPER = "import time\ndef answer(request):\n    time.sleep(60)\n    return {}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[WarmServer]:
    started = WarmServer(FEW)
    yield started
    started.close()


def children(process: int) -> set[int]:
    """All descendants of a process."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(child) for child in listed} | {below for child in listed for below in children(int(child))}


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come true within ten seconds")


def gone(process: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


def outcome(server: WarmServer, body: str, limits: Limits | None = None) -> str:
    """What a program says that is run without the screen: what it raised, or the code of what stopped it."""
    answer = server.run(FEW[0], {**REQUEST, "source": program(body)}, limits or Limits())
    return answer.code if isinstance(answer, ChildFailure) else answer["outcomes"][0]["finding"]["message"]


def test_layers_are_those_that_hold(server: WarmServer) -> None:
    missing = missing_layers(KERNEL_LAYERS)
    assert server.missing == missing
    assert server.isolation == tuple(layer for layer in LAYERS if layer not in missing)
    assert all(missing.values())
    assert missing_layers(()) == {}


@pytest.mark.parametrize("layers", [(), ("landlock",), ("seccomp",), ("namespaces",), KERNEL_LAYERS])
def test_works_with_any_layers_and_says_which(layers: tuple[str, ...]) -> None:
    started = WarmServer(FEW, layers)
    try:
        assert set(started.isolation) - set(layers) == {"process", "rlimits"}
        answer = started.run(FEW[0], REQUEST, Limits())
        assert isinstance(answer, dict)
        assert "layout" in answer["outcomes"][0]
    finally:
        started.close()


def test_without_kernel_layers_a_candidate_is_proved_all_the_same_and_the_verdict_says_so() -> None:
    verdict = verify(HONEST, sandbox=Sandbox(layers=()), seeds=4)
    assert verdict.accepted
    assert verdict.isolation == ("process", "rlimits")


def test_required_isolation_that_is_not_there_is_refused() -> None:
    for layers in ((), CORE[:1], CORE[1:]):
        with pytest.raises(EnvironmentBroken, match="isolation is required, but there is no"):
            verify(HONEST, sandbox=Sandbox(layers=layers, require_isolation=True))


@pytest.mark.parametrize(
    ("layer", "body"),
    [
        ("landlock", "random._os.open('/etc/hostname', 0)"),
        ("landlock", "random._os.listdir('/')"),
        ("landlock", "random._os.open('/dev/shm/simsmith', 65)"),
        ("seccomp", "random._os.fork()"),
        ("seccomp", "random._os.execv('/bin/true', ['true'])"),
        ("seccomp", "random._os.kill(1, 0)"),
        ("seccomp", "random._os.chmod('/', 0o755)"),
        ("seccomp", "random._os.memfd_create('x')"),
        ("namespaces", "random._os.getpid() == 1 and [][0]"),
    ],
)
def test_each_layer_stops_what_it_is_there_for(layer: str, body: str) -> None:
    only = WarmServer(FEW, (layer,))
    try:
        if layer not in only.isolation:
            pytest.skip(f"no {layer} here: {only.missing[layer]}")
        assert outcome(only, body).split(":")[0] in ("PermissionError", "IndexError")
    finally:
        only.close()


def test_nowhere_to_write_without_a_kernel_layer() -> None:
    bare = WarmServer(FEW, ())
    try:
        assert outcome(bare, "random._os.write(random._os.open('/dev/shm/simsmith', 65), b'x')").startswith("OSError")
    finally:
        bare.close()
        Path("/dev/shm/simsmith").unlink()


def test_threads_share_a_server(server: WarmServer) -> None:
    bodies = [f"raise ValueError({number})" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda body: outcome(server, body), bodies))
    assert said == [f"ValueError: {number}" for number in range(12)]


def test_a_child_is_killed_at_its_limit_while_others_go_on(server: WarmServer) -> None:
    said: list[str] = []
    slow = threading.Thread(target=lambda: said.append(outcome(server, "while True: pass", Limits(wall_seconds=1.0))))
    slow.start()
    assert outcome(server, "raise ValueError") == "ValueError: "
    assert said == []
    slow.join()
    assert said == ["time-limit"]


def test_a_server_that_is_killed_is_replaced_and_what_it_was_at_is_done_again() -> None:
    before = children(os.getpid())
    started = WarmServer(FEW)
    try:
        started.start()
        own = children(os.getpid()) - before
        killer = threading.Timer(0.5, lambda: [os.kill(process, signal.SIGKILL) for process in own])
        killer.start()
        assert outcome(started, "import_ = [sum(range(10**7)) for _ in range(8)]\nraise ValueError") == "ValueError: "
        killer.join()
        assert all(gone(process) for process in own)
    finally:
        started.close()
    assert children(os.getpid()) == before


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "broken_module.py").write_text("raise RuntimeError('no such physics')")
    with pytest.raises(EnvironmentBroken, match="the sandbox does not start: RuntimeError: no such physics"):
        WarmServer(["broken_module"], folders=[tmp_path]).start()


CLIENT = """
import sys, threading
from pathlib import Path
from sim.isolation import Limits
from sim.process import WarmServer
server = WarmServer(["sleeper"], {layers!r}, [Path({folder!r})])
server.start()
threading.Thread(target=server.run, args=("sleeper", {{}}, Limits())).start()
print("running", flush=True)
"""


@pytest.mark.parametrize("layers", [(), KERNEL_LAYERS])
def test_a_client_that_is_killed_leaves_nothing_behind(layers: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    (tmp_path / "temporary").mkdir()
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT.format(layers=layers, folder=str(tmp_path))],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
    )
    assert client.stdout is not None
    with client.stdout:
        assert client.stdout.readline() == b"running\n"
        wait_until(lambda: len(children(client.pid)) >= 2)
        below = children(client.pid)
        client.send_signal(signal.SIGKILL)
        client.wait()
    wait_until(lambda: all(gone(process) for process in below))
    wait_until(lambda: list((tmp_path / "temporary").iterdir()) == [])
