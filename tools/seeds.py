"""The seeds: the human-made tasks, proved and committed to a new library."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

from memory import TaskLibrary
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools.commit import commit_file

WORKERS = 2  # proofs run in processes of their own; threads only wait for them


def missing_seeds(library: TaskLibrary) -> list[str]:
    """Human-made tasks that the library never had; one that was removed stays removed."""
    gone = {path.name.rsplit("-", 1)[0] for path in library.files.trash.glob("*-*")}
    return [name for name in human_sources() if name not in library.names() and name not in gone]


def plant_seeds(library: TaskLibrary, sandbox: Sandbox) -> Iterator[str]:
    """Proves and commits the missing seeds; yields each name when it is in the library."""
    sources = human_sources()
    names = missing_seeds(library)
    pool = ThreadPoolExecutor(WORKERS)
    try:
        futures = {pool.submit(commit_file, library, sandbox, sources[name], name): name for name in names}
        for future in as_completed(futures):
            future.result()
            yield futures[future]
    finally:
        pool.shutdown(cancel_futures=True)
