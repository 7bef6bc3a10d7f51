"""How the task library behaves as it grows: search, add, open, and what a task takes of the disk.

    python -m benchmarks.library [--sizes 100 10000 100000] [--rounds 41] [--work FOLDER] [--json]

Filling the index of 100,000 takes most of the time; with `--work` the filled libraries are kept there and used again.

The tasks are real files with synthetic vectors (random unit rows: the worst case of a nearest-neighbour graph), and
embedding takes no time, so that what is measured is the library. Times are medians in seconds (p95 beside them):

    search   one view, from the vector to the ranked list, by an instruction (language) or by a program (code)
    task     a task compared in all three views
    add      one more task, on the disk and in the index when it returns
    open     a new process, imports aside: from nothing to the first answer
    fill     making the index anew from the files and the vectors beside them
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.report import report
from memory import TaskLibrary, TaskRecord
from memory.contents import VECTORS, task_contents
from memory.files import TaskFiles
from memory.keeper import IndexKeeper
from memory.vectors import pack_vectors, source_hash
from sim.signature import Signature

DIMENSIONS = 384
ADDS = 11
OPENS = 5
MOVED = ("block/block.urdf", "ball/ball.urdf", "bowl/bowl.urdf", "kitting/kit.urdf", "cylinder/cylinder.urdf")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20_000)  # about what a picture takes
progress = Console(stderr=True, highlight=False)


class Synthetic:
    """Random unit rows, the same for the same text; counts the texts."""

    name = "synthetic"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit row vectors, float32, (len(texts), 384)."""
        self.texts += len(texts)
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") for text in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=DIMENSIONS) for seed in seeds])
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def record(number: int) -> TaskRecord:
    """The task with this number: a short program, words and a scene of its own."""
    words = f"put object {number} into place {number % 97}"
    kind, target, count = MOVED[number % 5], MOVED[number // 5 % 5], 1 + number // 25 % 6
    return TaskRecord(
        name=f"task-{number}",
        title=words,
        instructions=(words,),
        code=f"class Task{number}:\n    value = {number}\n",
        origin="synthetic",
        signature=Signature(
            kinds={kind: count, target: 1 + number % 3},
            moved={kind: count},
            colors={"red": count},
            steps=tuple(f"pose:{count}x{kind}>1x{target}" for _ in range(1 + number % 7)),
            primitive="pick_place",
        ),
    )


def write_files(home: Path, size: int, embedder: Synthetic) -> None:
    """The folders of a library of this size, written without waiting for the disk."""
    keeper = IndexKeeper(TaskFiles(home), embedder, None, 1.0, None)
    for number in range(size):
        task = record(number)
        packed = pack_vectors(keeper.embed([task])[0], keeper.maker, source_hash(task))
        pictures = {"before": PICTURE, "after": PICTURE} if number < 100 else {}
        folder = home / "library" / task.name
        folder.mkdir(parents=True)
        for name, content in (task_contents(task, pictures) | {VECTORS: packed}).items():
            (folder / name).write_bytes(content)


def times(work: Callable[[int], Any], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile of the wall time of a piece of work, after one round that does not count."""
    work(0)
    taken = []
    for number in range(1, rounds + 1):
        start = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), float(np.quantile(taken, 0.95))


def folder_bytes(folder: Path) -> int:
    """What a folder takes of the disk, in bytes."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


def open_seconds(home: Path) -> float:
    """From nothing to the first answer in a new process, imports aside."""
    program = (
        "import pathlib, sys, time, numpy, chromadb, filelock, memory.library\n"
        "from benchmarks.library import Synthetic, record\n"
        "from memory import TaskLibrary\n"
        "start = time.perf_counter()\n"
        "library = TaskLibrary(pathlib.Path(sys.argv[1]), Synthetic())\n"
        "assert library.search(record(7).language, k=1)[0].name == 'task-7'\n"
        "print(time.perf_counter() - start)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(home)], capture_output=True, text=True, check=True)
    return float(answer.stdout)


def measure(size: int, rounds: int, work: Path | None) -> dict[str, Any]:
    """One row: the library at one size."""
    with tempfile.TemporaryDirectory(prefix="simsmith-benchmark-") as folder:
        home, embedder = work / str(size) if work else Path(folder), Synthetic()
        if not home.joinpath("library").exists():
            progress.print(f"{size} tasks: writing the files")
            write_files(home, size, embedder)
        library = TaskLibrary(home, embedder)
        progress.print(f"{size} tasks: filling the index")
        start = time.perf_counter()
        library.search("fill")
        fill = time.perf_counter() - start
        stored = folder_bytes(home) - folder_bytes(home / "library")
        one_task = folder_bytes(home / "library" / "task-0")
        some = [record(int(number)) for number in np.random.default_rng(0).integers(0, size, rounds + 1)]
        progress.print(f"{size} tasks: searching, opening, adding")
        language = times(
            lambda at: library.nearest(some[at].model_copy(update={"code": "", "signature": None})), rounds
        )
        code = times(lambda at: library.nearest(some[at].code), rounds)
        task = times(lambda at: library.nearest(some[at]), rounds)
        found = statistics.mean(library.nearest(item.code, k=1)[0].name == item.name for item in some)
        opened = statistics.median(open_seconds(home) for _ in range(OPENS))
        embedder.texts = 0
        IndexKeeper(library.files, embedder, None, 1.0, None).embed([record(0)])
        texts_per_task, embedder.texts = embedder.texts, 0
        pictures = {"before": PICTURE, "after": PICTURE}
        first = len(library.names())
        add = times(lambda at: library.add(record(first + at), pictures), ADDS)
        return {
            "tasks": size,
            "search_language_s": language[0],
            "search_language_p95_s": language[1],
            "search_code_s": code[0],
            "search_code_p95_s": code[1],
            "task_s": task[0],
            "task_p95_s": task[1],
            "found": found,
            "add_s": add[0],
            "add_p95_s": add[1],
            "embedded_per_add": embedder.texts / (ADDS + 1) / texts_per_task,
            "open_s": opened,
            "fill_s": fill,
            "index_bytes_per_task": stored / size,
            "files_bytes_per_task": one_task,
        }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    rows = [measure(size, arguments.rounds, arguments.work) for size in arguments.sizes]
    by_size = {str(row["tasks"]): row for row in rows}
    summary = {
        "search_p50_s": {size: max(row["search_language_s"], row["search_code_s"]) for size, row in by_size.items()},
        "task_p50_s": {size: row["task_s"] for size, row in by_size.items()},
        "add_s": {size: row["add_s"] for size, row in by_size.items()},
        "open_s": {size: row["open_s"] for size, row in by_size.items()},
        "embedded_per_add": {size: row["embedded_per_add"] for size, row in by_size.items()},
        "bytes_per_task": {
            size: round(row["index_bytes_per_task"] + row["files_bytes_per_task"]) for size, row in by_size.items()
        },
    }
    report("library", rows, summary, arguments.as_json)


if __name__ == "__main__":
    main()
