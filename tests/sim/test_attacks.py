"""The attack corpus: candidates that are after the machine get nothing, with the screen and without it.

What an attack is after, and how it is run, is in `run_attacks.py`; each attack is a file of `attacks/`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from run_attacks import SECRET, corpus

from sim.isolation import KERNEL_LAYERS, LAYERS

ATTACKS = {attack.name: attack for attack in corpus()}
SCRIPT = Path(__file__).with_name("run_attacks.py")
NOBODY = "65534"
# Their scene is honest, and may be accepted; what they are after lies elsewhere.
HONEST_SCENES = ("answer_warning", "answer_warnings")
MISTAKE = re.compile(r"(Attribute|Import|Name|Syntax|Type)Error")  # of who wrote the attack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attacks are written for Linux")


@contextmanager
def script(command: list[str], **variables: str) -> Iterator[Callable[[], dict[str, Any]]]:
    """Runs the script, with the secret in its environment from the start; gives what waits for its result."""
    secret = {SECRET: f"simsmith-secret-{os.urandom(16).hex()}"}
    with (
        tempfile.TemporaryFile() as told,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=told, stderr=errors, env=os.environ | variables | secret) as process,
    ):

        def result() -> dict[str, Any]:
            process.wait(240)
            told.seek(0)
            errors.seek(0)
            assert (process.returncode, errors.read().decode()) == (0, "")
            return json.load(told)  # type: ignore[no-any-return]

        try:
            yield result
        finally:
            process.send_signal(signal.SIGINT)  # it takes away what it has planted


def by_an_ordinary_user(command: list[str], home: Path) -> list[str] | str:
    """The command, to be run by a user without any of root's rights; or why that cannot be."""
    if os.getuid() != 0:
        return "the current user is an ordinary one"
    if not all(map(shutil.which, ("setpriv", "unshare", "mount"))):
        return "util-linux is not there"
    shutil.chown(home, int(NOBODY), int(NOBODY))
    # What setpriv starts is found with root's rights: so that is `env`, which looks for the interpreter without them.
    user = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--bounding-set=-all", "env"]
    for view in ([], view_for_everybody(home)):
        tried = subprocess.run([*view, *user, sys.executable, "-c", "import sim"], capture_output=True, check=False)
        if tried.returncode == 0:
            return [*view, *user, *command]
    return f"an ordinary user cannot run this project here: {tried.stderr.decode()[-300:]}"


def view_for_everybody(aside: Path) -> list[str]:
    """Runs a command where folders that only their owner may enter hold nothing but what Python and this project need.

    Such a folder is the superuser's home, if Python is installed there. The folder that everybody sees in its place is
    empty, in the command's own view of the file system only; what is needed of the old one is mounted into it.
    """
    needed = {
        Path(path).resolve() for path in (sys.base_prefix, sys.prefix, SCRIPT.parents[2], Path(np.__file__).parents[1])
    }
    closed = {parent for path in needed for parent in path.parents if not parent.stat().st_mode & 0o001}
    steps = ["set -e"]
    for folder in closed - {inner for inner in closed if closed & set(inner.parents)}:
        old, new = shlex.quote(str(aside)), shlex.quote(str(folder))
        steps += [f"mount --bind {new} {old}", f"mount -t tmpfs -o mode=755 none {new}"]
        for path in sorted(path for path in needed if folder in path.parents):
            source, target = shlex.quote(str(aside / path.relative_to(folder))), shlex.quote(str(path))
            steps.append(f"[ -e {target} ] || {{ mkdir -p {target}; mount --bind {source} {target}; }}")
        steps.append(f"umount {old}")
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join([*steps, 'exec "$@"']), "sh"]


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, Callable[[], dict[str, Any]]]]:
    """The whole corpus, by the current user and by an ordinary one, at the same time."""
    command = [sys.executable, str(SCRIPT)]
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="simsmith-home-"))
        ordinary = by_an_ordinary_user(command, Path(home))
        current = stack.enter_context(script(command))
        if isinstance(ordinary, str):
            yield {"current": current, "ordinary": lambda: pytest.skip(ordinary)}
        else:
            yield {"current": current, "ordinary": stack.enter_context(script(ordinary, HOME=home, TMPDIR=home))}


@pytest.fixture(scope="module", params=["current", "ordinary"])
def told(request: pytest.FixtureRequest, results: dict[str, Callable[[], dict[str, Any]]]) -> dict[str, Any]:
    return results[request.param]()


def check(name: str, result: dict[str, Any]) -> None:
    """That an attack got nothing and left nothing, was told of in bounded time and words, and was a real one."""
    assert result["effects"] == []
    for way in ("verified", "naked"):
        verdict = result.get(way)
        if verdict is not None:
            assert "broken" not in verdict
            assert (verdict["escaped"], verdict["obeyed"]) == (False, []), verdict
            assert not verdict["accepted"] or name in HONEST_SCENES
            assert verdict["bytes"] < 20_000
            assert verdict["seconds"] < 30.0
            assert way == "verified" or not MISTAKE.match(verdict["message"]), verdict


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_gets_nothing(told: dict[str, Any], name: str) -> None:
    result = told["attacks"][name]
    check(name, result)
    assert ("naked" in result) == bool(ATTACKS[name].layers & set(told["isolation"]))


def test_after_all_attacks_the_same_server_answers_an_honest_candidate(told: dict[str, Any]) -> None:
    assert told["honest"]


def test_after_all_attacks_nothing_is_left(told: dict[str, Any]) -> None:
    assert told["left"] == []
    assert told["memory_kilobytes"] < 1_000_000


@pytest.mark.parametrize("layer", [*KERNEL_LAYERS, "rlimits"])
def test_each_layer_alone_stops_what_it_is_said_to_stop(layer: str) -> None:
    names = [name for name, attack in ATTACKS.items() if layer in attack.layers]
    kernel_layers = layer if layer in KERNEL_LAYERS else ""
    with script([sys.executable, str(SCRIPT), "--layers", kernel_layers, *names]) as result_of_script:
        alone = result_of_script()
    if layer not in alone["isolation"]:
        pytest.skip(f"no {layer} here")
    assert set(alone["isolation"]) == {"process", "rlimits", layer}
    for name, result in alone["attacks"].items():
        # Without Landlock those that slip through the screen read what they like.
        check(name, {**result, "verified": None} if layer != "landlock" else result)
    assert (alone["honest"], alone["left"]) == (True, [])


def test_every_attack_says_what_stops_it() -> None:
    assert len(ATTACKS) >= 36
    for name, attack in ATTACKS.items():
        assert attack.layers <= set(LAYERS), name
        assert attack.source.startswith('"""'), name
