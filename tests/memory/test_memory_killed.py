"""A writer that is killed at any step leaves nothing half: every line of ours that it reaches is such a step.

A kill leaves what is on the disk. So one writer is watched at every step first, and then one is killed at each step
that finds the disk changed: at the steps up to the next change, a kill would leave the same.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

StartPython = Callable[..., "subprocess.Popen[str]"]

# The parent only forks: Chroma's threads would not survive it. A child traces its own lines in the modules that touch
# the disk; a line that it had not reached before is a step. The first child notes what the disk holds at each step;
# the others kill themselves at a step, each followed by one that looks at what is left, as the next command would.
PROGRAM = """
import hashlib, json, os, pathlib, shutil, signal, sys
import chromadb, filelock, safetensors.numpy
from chromadb.errors import ChromaError
from memory import TaskLibrary
from memory_samples import PICTURES, LetterEmbedder, hanoi_task, put_task

folder, operation = pathlib.Path(sys.argv[1]), sys.argv[2]
WRITERS = tuple(f"{os.sep}memory{os.sep}{name}.py" for name in ("atomic", "files", "index", "keeper", "seal"))
OPERATIONS = {
    "add": lambda library: library.add(put_task("put-late"), PICTURES),
    "remove": lambda library: library.remove("put-block-in-bowl"),
    "restore": lambda library: library.restore("put-gone"),
    "rebuild": lambda library: library.rebuild(),
}

def in_a_child(work):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, json.dumps(work()).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        said = pipe.read()
    return json.loads(said) if said else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def prepare():
    library = TaskLibrary(folder / "start", LetterEmbedder())
    for record in (put_task(), hanoi_task(), put_task("put-gone")):
        library.add(record, PICTURES)
    library.remove("put-gone")

def write(home, act):
    def work():
        seen, told = set(), []
        def trace(frame, event, argument):
            if not frame.f_code.co_filename.endswith(WRITERS):
                return None
            line = (frame.f_code.co_filename, frame.f_lineno)
            if line not in seen:
                seen.add(line)
                told.append(act(len(seen)))
            return trace
        library = TaskLibrary(home, LetterEmbedder())
        sys.settrace(trace)
        OPERATIONS[operation](library)
        sys.settrace(None)
        return told
    return work

def contents(home):
    found = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        found.update(f"{path.relative_to(home)} {len(content)} ".encode() + content)
    return found.hexdigest()

def kill_at(step):
    return lambda reached: os.kill(os.getpid(), signal.SIGKILL) if reached == step else None

def look(home):
    def work():
        library = TaskLibrary(home, LetterEmbedder())
        found = sorted(hit.name for hit in library.search("block", k=9))
        names, complete = library.names(), [name for name in library.names() if library.pictures(name) == PICTURES]
        problems = [problem.problem for problem in library.check()]
        trash = len(list((home / "trash").iterdir()))
        return {"found": found, "names": names, "complete": complete, "problems": problems, "trash": trash}
    return work

in_a_child(prepare)
home = folder / "home"

def start_again():
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / "start", home)

start_again()
held = in_a_child(write(home, lambda step: contents(home)))
changed = [step for step, (before, now) in enumerate(zip(held, held[1:]), 2) if before != now]
print(json.dumps({"steps": len(held), "changed": changed}), flush=True)
for step in [1, *changed, len(held) + 1]:
    start_again()
    ended = in_a_child(write(home, kill_at(step)))
    print(json.dumps({"step": step, "finished": ended != -signal.SIGKILL} | in_a_child(look(home))), flush=True)
"""


def memory_disk() -> str | None:
    """A file system in memory where there is one: a kill leaves there what it leaves on a disk, without the waiting."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        ("add", {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "put-late", "towers-of-hanoi"}),
        ("remove", {"put-block-in-bowl", "towers-of-hanoi"}, {"towers-of-hanoi"}),
        ("restore", {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "put-gone", "towers-of-hanoi"}),
        ("rebuild", {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "towers-of-hanoi"}),
    ],
)
def test_a_writer_killed_at_any_step_leaves_all_or_nothing(
    start_python: StartPython, operation: str, before: set[str], after: set[str]
) -> None:
    with tempfile.TemporaryDirectory(dir=memory_disk()) as folder:
        said, complaint = start_python(PROGRAM, folder, operation).communicate(timeout=280)
    assert complaint == ""
    watched, *kills = [json.loads(line) for line in said.splitlines()]
    assert watched["steps"] > 50
    assert len(watched["changed"]) > 5
    assert [kill["finished"] for kill in kills] == [False] * (len(watched["changed"]) + 1) + [True]
    for kill in kills:
        assert set(kill["names"]) in (before, after), kill
        assert kill["complete"] == kill["names"] == kill["found"], kill  # whole, and found
        assert kill["problems"] == [], kill
        # A removed task is in the library or in the trash, and nowhere twice.
        assert len(kill["names"]) + kill["trash"] == (4 if "put-late" in kill["names"] else 3), kill
    assert set(kills[0]["names"]) == before
    assert set(kills[-1]["names"]) == after
