"""A writer that is killed at any step leaves nothing half: every line of ours that it reaches is such a step."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

StartPython = Callable[..., "subprocess.Popen[str]"]

# The parent only forks: Chroma's threads would not survive it. A child traces its own lines in the modules that touch
# the disk and kills itself when it reaches the n-th that it had not reached before; the next child looks at what is
# left, as the next command would.
PROGRAM = """
import json, os, pathlib, shutil, signal, sys
import chromadb, filelock, safetensors.numpy
from chromadb.errors import ChromaError
from memory import TaskLibrary
from memory_samples import PICTURES, LetterEmbedder, hanoi_task, put_task

folder, operation, stride = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
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

def killed_at(home, step):
    seen = set()
    def trace(frame, event, argument):
        if not frame.f_code.co_filename.endswith(WRITERS):
            return None
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        if len(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    def work():
        library = TaskLibrary(home, LetterEmbedder())
        sys.settrace(trace)
        OPERATIONS[operation](library)
        sys.settrace(None)
        return len(seen)
    return work

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
step, finished = 1 - stride, False
while not finished:
    step += stride
    home = folder / "home"
    shutil.copytree(folder / "start", home)
    ended = in_a_child(killed_at(home, step))
    finished = ended != -signal.SIGKILL
    print(json.dumps({"step": step, "finished": finished} | in_a_child(look(home))), flush=True)
    shutil.rmtree(home)
"""


def memory_disk() -> str | None:
    """A file system in memory where there is one: a kill leaves there what it leaves on a disk, without the waiting."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.mark.parametrize(
    ("operation", "stride", "before", "after"),
    [
        ("add", 1, {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "put-late", "towers-of-hanoi"}),
        ("remove", 1, {"put-block-in-bowl", "towers-of-hanoi"}, {"towers-of-hanoi"}),
        ("restore", 3, {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "put-gone", "towers-of-hanoi"}),
        ("rebuild", 3, {"put-block-in-bowl", "towers-of-hanoi"}, {"put-block-in-bowl", "towers-of-hanoi"}),
    ],
)
def test_a_writer_killed_at_any_step_leaves_all_or_nothing(
    start_python: StartPython, operation: str, stride: int, before: set[str], after: set[str]
) -> None:
    with tempfile.TemporaryDirectory(dir=memory_disk()) as folder:
        said, complaint = start_python(PROGRAM, folder, operation, str(stride)).communicate(timeout=280)
    assert complaint == ""
    steps = [json.loads(line) for line in said.splitlines()]
    assert len(steps) * stride > 50
    assert [step["finished"] for step in steps] == [False] * (len(steps) - 1) + [True]
    for step in steps:
        assert set(step["names"]) in (before, after), step
        assert step["complete"] == step["names"] == step["found"], step  # whole, and found
        assert step["problems"] == [], step
        # A removed task is in the library or in the trash, and nowhere twice.
        assert len(step["names"]) + step["trash"] == (4 if "put-late" in step["names"] else 3), step
    assert set(steps[-1]["names"]) == after
